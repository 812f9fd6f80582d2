import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getChanges } from "../api";
import { keyOf } from "../live";
import { ItemDetail } from "../parts/ItemDetail";
import { Busy, Empty, Fault } from "../parts/Notice";
import { Picture } from "../parts/Picture";
import { SinceSelect } from "../parts/SinceSelect";
import { href } from "../route";
import { useSince } from "../since";
import type { Group, Item, Move, Session } from "../types";
import { count, nameOf, number } from "../words";

/** Pictures shown of one kind of move before the rest is asked for. */
const SHOWN = 12;

/** What moved from where to where, and because of which answers. */
export function Changes({ session }: { session: Session }) {
  const since = useSince(session);
  const [opened, setOpened] = useState<Item | null>(null);
  const { data, error, isPending } = useQuery({
    queryKey: keyOf(session.name, "changes", since.ledger ?? ""),
    queryFn: () => getChanges(session.name, since.ledger),
  });
  const kinds = byKind(data?.moves ?? []);
  return (
    <div className="changes">
      <div className="title-row">
        <h1>What changed</h1>
        <SinceSelect chosen={since.chosen} />
      </div>
      {isPending && <Busy>Comparing the groups then and now …</Busy>}
      {error && <Fault fault={error} />}
      {data && (
        <p className="quiet" role="status">
          {data.total > 0 && `${count(data.total, "item")} moved.`}
          {data.total > data.moves.length && ` The ${number(data.moves.length)} surest are shown.`}
        </p>
      )}
      {data?.total === 0 && (
        <Empty title="Nothing moved">
          <p>Each update after your answers is listed here. Answer some questions, or look further back.</p>
          <a className="button primary" href={href(session.name)}>
            Answer questions
          </a>
        </Empty>
      )}
      {kinds.map((moves) => (
        <Kind key={keyOfMove(moves[0])} moves={moves} groups={session.groups} onOpen={setOpened} />
      ))}
      {opened && <ItemDetail session={session} item={opened} onClose={() => setOpened(null)} />}
    </div>
  );
}

function Kind({ moves, groups, onOpen }: { moves: Move[]; groups: readonly Group[]; onOpen: (item: Item) => void }) {
  const [all, setAll] = useState(false);
  const [first] = moves;
  if (!first) return null;
  const colour = (group: number | null) => groups.find(({ number: n }) => n === group)?.colour ?? "transparent";
  const because = [...new Set(moves.flatMap((move) => move.because))];
  const shown = all ? moves : moves.slice(0, SHOWN);
  return (
    <section className="change">
      <h2>
        {count(moves.length, "item")}
        <span className="from-to">
          <i className="swatch" style={{ background: colour(first.from) }} />
          {nameOf(groups, first.from)}
          <span aria-hidden="true"> → </span>
          <span className="visually-hidden"> to </span>
          <i className="swatch" style={{ background: colour(first.to) }} />
          {nameOf(groups, first.to)}
        </span>
      </h2>
      <ul className="strip">
        {shown.map(({ item, because: why }) => (
          <li key={item.row}>
            <button className="plain" onClick={() => onOpen(item)} title={why.join("\n")}>
              <Picture item={item} size={128} />
            </button>
          </li>
        ))}
        {moves.length > shown.length && (
          <li>
            <button onClick={() => setAll(true)}>{count(moves.length - shown.length, "more", "more")}</button>
          </li>
        )}
      </ul>
      {because.length > 0 && (
        <details open={because.length <= 3}>
          <summary>Because of {count(because.length, "answer")}</summary>
          <ul className="known">
            {because.map((words) => (
              <li key={words}>{words}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}

const keyOfMove = (move: Move | undefined): string => `${move?.from} ${move?.to}`;

/** Moves from one group to one other stand together, most first. */
function byKind(moves: readonly Move[]): Move[][] {
  const kinds = new Map<string, Move[]>();
  for (const move of moves) {
    const kind = kinds.get(keyOfMove(move));
    if (kind) kind.push(move);
    else kinds.set(keyOfMove(move), [move]);
  }
  return [...kinds.values()].sort((a, b) => b.length - a.length);
}
