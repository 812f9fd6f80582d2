import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type KeyboardEvent, useState } from "react";
import { annotator } from "../annotator";
import { getItems, makeEdit } from "../api";
import { actionFor, LETTERS } from "../keys";
import { keyOf, refreshSession } from "../live";
import type { Question, Session } from "../types";
import { count, groupName, nameOf, number } from "../words";
import { Dialog } from "./Dialog";
import { Busy, Fault } from "./Notice";
import { Sheet } from "./questions/Sheet";

interface Props {
  session: Session;
  /** The rows selected, most doubtful first. */
  rows: readonly number[];
  /** The group most of them are in. */
  likely: number;
  onClose: () => void;
}

/** A page question about items chosen on the map, some at a time. */
export function LassoPage({ session, rows, likely, onClose }: Props) {
  const client = useQueryClient();
  const [start, setStart] = useState(0);
  const [group, setGroup] = useState(likely);
  const [out, setOut] = useState<ReadonlySet<number>>(new Set());
  const shown = rows.slice(start, start + LETTERS.length);
  const exemplars =
    session.groups.find(({ number: n }) => n === group)?.exemplars.filter((row) => !shown.includes(row)) ?? [];
  const asked = [...exemplars.slice(0, 3), ...shown];
  const items = useQuery({
    queryKey: keyOf(session.name, "rows", asked),
    queryFn: () => getItems(session.name, { rows: asked }),
    staleTime: Infinity, // the page must not change under the person's eyes
  });
  const tell = useMutation({
    mutationFn: () => {
      const outside = [...out].flatMap((place) => shown[place] ?? []);
      return makeEdit(session.name, { kind: "page", group, items: [...shown], outside }, annotator());
    },
    onSuccess: () => {
      void refreshSession(client, session.name);
      setOut(new Set());
      if (start + shown.length < rows.length) setStart(start + shown.length);
      else onClose();
    },
  });

  const found = new Map(items.data?.items.map((item) => [item.row, item]));
  const question: Question = {
    id: `lasso ${start}`,
    kind: "page",
    items: shown.flatMap((row) => found.get(row) ?? []),
    options: [
      { group, name: null, items: asked.slice(0, asked.length - shown.length).flatMap((row) => found.get(row) ?? []) },
    ],
    pages: 1,
    exhaustive: false,
    why: "",
    known: [],
    choices: [],
  };
  const toggle = (place: number) => {
    const after = new Set(out);
    if (!after.delete(place)) after.add(place);
    setOut(after);
  };
  const hear = (event: KeyboardEvent) => {
    const target = event.target as Element;
    if (target.closest("select") || (event.key === "Enter" && target.closest("button:not([data-toggle])"))) return;
    const action = actionFor(question, 0, event.key);
    if (action?.do === "toggle") toggle(action.place);
    else if (action?.do === "confirm") tell.mutate();
    else return;
    event.preventDefault();
  };

  return (
    <Dialog title={`${count(rows.length, "item")} chosen on the map`} onClose={onClose} className="wide">
      <div className="asked-page" data-first tabIndex={-1} onKeyDown={hear}>
        <p className="row">
          <label>
            Which of these do not belong to{" "}
            <select value={group} onChange={(event) => setGroup(Number(event.target.value))}>
              {session.groups.map((other) => (
                <option key={other.number} value={other.number}>
                  {groupName(other)}
                </option>
              ))}
            </select>
            ?
          </label>
          {rows.length > shown.length && (
            <span className="quiet">
              {number(start + 1)} to {number(start + shown.length)} of {number(rows.length)}, least sure first
            </span>
          )}
        </p>
        {items.isPending && <Busy>Fetching their pictures …</Busy>}
        {items.error && <Fault fault={items.error} />}
        {tell.error && <Fault fault={tell.error} />}
        {items.data && (
          <Sheet
            question={question}
            groups={session.groups}
            page={0}
            out={out}
            act={(action) => {
              if (action.do === "toggle") toggle(action.place);
              else if (action.do === "confirm") tell.mutate();
            }}
          />
        )}
        <p role="status" className="quiet">
          {tell.isPending ? `Saving what belongs to ${nameOf(session.groups, group)} …` : ""}
        </p>
      </div>
    </Dialog>
  );
}
