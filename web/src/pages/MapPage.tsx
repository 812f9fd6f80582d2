import { useQuery } from "@tanstack/react-query";
import { useCallback, useState } from "react";
import { getItem, getMap, getPoints } from "../api";
import { keyOf } from "../live";
import { type Colouring, COLOURINGS, coloured, MOVED, RAMP, STILL } from "../parts/colouring";
import { Gallery } from "../parts/Gallery";
import { ItemDetail } from "../parts/ItemDetail";
import { LassoPage } from "../parts/LassoPage";
import { Busy, Empty, Fault } from "../parts/Notice";
import { Picture } from "../parts/Picture";
import { type Hovered, Scatter } from "../parts/Scatter";
import { SinceSelect } from "../parts/SinceSelect";
import { setParams, useRoute } from "../route";
import { useSince } from "../since";
import type { Item, Points, Session } from "../types";
import { count, groupName, nameOf, number, percent } from "../words";

const NONE: ReadonlySet<number> = new Set();

/** All items on one plane: like items lie near each other. */
export function MapPage({ session }: { session: Session }) {
  const { params } = useRoute();
  const since = useSince(session);
  const by = (params.get("colour") ?? "group") as Colouring;
  const [lasso, setLasso] = useState(false);
  const [hovered, setHovered] = useState<Hovered | null>(null);
  const [chosen, setChosen] = useState<{ rows: number[]; likely: number } | null>(null);
  const [opened, setOpened] = useState<Item | null>(null);
  const [failed, setFailed] = useState("");
  const [listed, setListed] = useState<ReadonlySet<number>>(NONE);

  const state = useQuery({
    queryKey: keyOf(session.name, "map"),
    queryFn: () => getMap(session.name),
    refetchInterval: ({ state: { data } }) => (data?.state === "computing" ? 1_000 : false),
  });
  const ready = state.data?.state === "ready";
  const points = useQuery({
    queryKey: keyOf(session.name, "points", since.ledger ?? ""),
    queryFn: () => getPoints(session.name, since.ledger),
    enabled: ready,
    structuralSharing: false,
  });
  const colour = useCallback(
    (rows: readonly number[]) =>
      points.data ? coloured(points.data, rows, session.groups, by) : { values: [], continuous: false, colours: [] },
    [points.data, session.groups, by],
  );

  const choose = async (rows: number[]) => {
    setHovered(null);
    const [row] = rows;
    if (rows.length === 1 && row !== undefined) setOpened(await getItem(session.name, row));
    else if (rows.length > 1 && points.data) setChosen(inOrder(points.data, rows));
  };

  return (
    <div className="map">
      <div className="tools">
        <h1>Map</h1>
        <fieldset className="segments">
          <legend className="visually-hidden">Colour by</legend>
          {Object.entries(COLOURINGS).map(([value, name]) => (
            <label key={value}>
              <input
                type="radio"
                name="colouring"
                checked={by === value}
                onChange={() => setParams({ colour: value })}
              />
              {name}
            </label>
          ))}
        </fieldset>
        {by === "change" && <SinceSelect chosen={since.chosen} />}
        <button aria-pressed={lasso} onClick={() => setLasso(!lasso)} disabled={!points.data || failed !== ""}>
          Lasso
        </button>
        <span className="quiet hint">
          {lasso
            ? "Draw around items to be asked about them."
            : "Drag to move, wheel to zoom, shift and drag for the lasso."}
        </span>
      </div>
      {state.error && <Fault fault={state.error} />}
      {points.error && <Fault fault={points.error} />}
      {state.data?.state === "failed" && <Fault fault={state.data.sentence ?? "The map could not be computed."} />}
      <div className="map-field">
        {!ready && !state.error && state.data?.state !== "failed" && (
          <Busy {...(state.data?.total ? { done: state.data.done ?? 0, total: state.data.total } : {})}>
            {state.data?.sentence ||
              `Laying out ${count(session.items, "item")} so that like ones lie near each other …`}
          </Busy>
        )}
        {ready && points.isPending && <Busy>Fetching the map …</Busy>}
        {failed && <Fault fault={failed} />}
        {points.data && !failed && (
          <Scatter
            points={points.data}
            coloured={colour}
            lasso={lasso}
            onHover={setHovered}
            onSelect={(rows) => void choose(rows)}
            onFail={setFailed}
          />
        )}
        {hovered && <HoverCard session={session} hovered={hovered} />}
      </div>
      <Legend session={session} by={by} />
      <details className="as-list">
        <summary>The same as a list, for the keyboard</summary>
        <div className="as-list-body">
          <Gallery
            session={session.name}
            query={{ sort: "confidence" }}
            groups={session.groups}
            texts={session.kind === "texts"}
            label="All items, least sure first; arrow keys move, space selects, Enter shows one large"
            selected={listed}
            onSelect={setListed}
            onOpen={setOpened}
            empty={<Empty title="No items" />}
          />
          <button
            className="primary"
            disabled={listed.size === 0 || !points.data}
            onClick={() => points.data && setChosen(inOrder(points.data, [...listed]))}
          >
            Ask about {listed.size ? count(listed.size, "selected item") : "the selected items"}
          </button>
        </div>
      </details>
      {chosen && (
        <LassoPage
          session={session}
          {...chosen}
          onClose={() => {
            setChosen(null);
            setListed(NONE);
          }}
        />
      )}
      {opened && <ItemDetail session={session} item={opened} onClose={() => setOpened(null)} />}
    </div>
  );
}

/** Groups named below the map; the rest are so many that their colours could not be told apart. */
const NAMED = 24;

/** Least sure first, and the group most of them are in. */
function inOrder(points: Points, rows: number[]): { rows: number[]; likely: number } {
  const sizes = new Map<number, number>();
  for (const row of rows) {
    const group = points.group[row] ?? -1;
    if (group >= 0) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  }
  const [likely] = [...sizes].sort(([, a], [, b]) => b - a)[0] ?? [0];
  return { rows: rows.sort((a, b) => (points.confidence[a] ?? 0) - (points.confidence[b] ?? 0)), likely };
}

function HoverCard({ session, hovered }: { session: Session; hovered: Hovered }) {
  const { data } = useQuery({
    queryKey: keyOf(session.name, "item", hovered.row),
    queryFn: () => getItem(session.name, hovered.row),
  });
  return (
    <div className={`hover-card ${hovered.low ? "above" : ""}`} style={{ left: hovered.x, top: hovered.y }}>
      {data && (
        <>
          <Picture item={data} size={256} now />
          <b>{nameOf(session.groups, data.group)}</b>
          <span className="quiet">
            {data.id.split("/").at(-1)}
            {data.confidence !== null && ` · ${percent(data.confidence)}`}
          </span>
        </>
      )}
    </div>
  );
}

function Legend({ session, by }: { session: Session; by: Colouring }) {
  if (by === "confidence") {
    return (
      <p className="legend">
        doubtful <i className="ramp" style={{ background: `linear-gradient(to right, ${RAMP.join(",")})` }} /> sure
      </p>
    );
  }
  const entries: [string, string, string][] =
    by === "change"
      ? [
          ["moved", MOVED, "moved"],
          ["still", STILL, "stayed"],
        ]
      : session.groups.map((group) => [
          String(group.number),
          group.colour ?? "#888888",
          `${groupName(group)} ${number(group.size)}`,
        ]);
  return (
    <ul className="legend">
      {entries.slice(0, NAMED).map(([key, swatch, name]) => (
        <li key={key}>
          <i className="swatch" style={{ background: swatch }} />
          {name}
        </li>
      ))}
      {entries.length > NAMED && <li className="quiet">and {number(entries.length - NAMED)} more</li>}
    </ul>
  );
}
