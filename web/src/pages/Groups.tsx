import { useState } from "react";
import { useEdits } from "../edits";
import { useKeys } from "../keys";
import { Gallery } from "../parts/Gallery";
import { GroupHead } from "../parts/GroupHead";
import { GroupList } from "../parts/GroupList";
import { GroupPicker } from "../parts/GroupPicker";
import { ItemDetail } from "../parts/ItemDetail";
import { Key } from "../parts/Key";
import { Empty } from "../parts/Notice";
import { setParams, useRoute } from "../route";
import type { Filter, Item, ItemQuery, Session, Sort } from "../types";
import { count, nameOf } from "../words";

const FILTERS: Record<Filter, string> = {
  uncertain: "Uncertain",
  changed: "Changed",
  human: "You said something",
  gone: "File gone",
};
const SORTS: Record<Sort, string> = {
  "-confidence": "Surest first",
  confidence: "Least sure first",
  id: "By name",
};

const NONE: ReadonlySet<number> = new Set();

/** The groups and their items; every change by hand is stored as answers. */
export function Groups({ session }: { session: Session }) {
  const { params } = useRoute();
  const { edit, rename, undo, said, failed, busy } = useEdits(session.name);
  const [selected, setSelected] = useState<ReadonlySet<number>>(NONE);
  const [picking, setPicking] = useState<"move" | "merge" | null>(null);
  const [opened, setOpened] = useState<Item | null>(null);
  const given = params.get("group");
  const group = session.groups.find(({ number }) => String(number) === given);
  const query: ItemQuery = {
    group: group?.number,
    search: params.get("search") ?? undefined,
    filter: (params.get("filter") as Filter | null) ?? undefined,
    sort: (params.get("sort") as Sort | null) ?? "-confidence",
  };

  const rows = [...selected];
  const [a, b] = rows;
  const done = () => {
    setSelected(NONE);
    setPicking(null);
  };
  const move = (items: number[], to: number | "new") => {
    const where = to === "new" ? "a new group" : nameOf(session.groups, to);
    edit(
      to === "new" ? { kind: "split", items } : { kind: "move", items, to },
      `${count(items.length, "item")} to ${where}.`,
    );
    done();
  };
  const link = (kind: "together" | "apart") => {
    if (rows.length !== 2 || a === undefined || b === undefined) return;
    edit({ kind, items: [a, b] }, kind === "together" ? "Always together." : "Never together.");
    done();
  };
  const merge = (other: number | "new") => {
    if (!group || other === "new") return;
    edit({ kind: "merge", groups: [other, group.number] }, `${nameOf(session.groups, group.number)} merged.`);
    setParams({ group: String(other) });
    done();
  };

  const commands: Record<string, () => void> = { u: undo };
  if (rows.length) Object.assign(commands, { m: () => setPicking("move"), n: () => move(rows, "new"), Escape: done });
  if (rows.length === 2) Object.assign(commands, { t: () => link("together"), a: () => link("apart") });
  useKeys((key) => {
    const command = picking || opened ? undefined : commands[key];
    command?.();
    return command !== undefined;
  });

  return (
    <div className="groups">
      <h1 className="visually-hidden">Groups</h1>
      <GroupList session={session} open={group?.number ?? null} params={Object.fromEntries(params)} onDrop={move} />
      <section className="group-items" aria-label={group ? nameOf(session.groups, group.number) : "All items"}>
        <GroupHead
          key={group?.number}
          session={session}
          group={group}
          onRename={rename}
          onMerge={() => setPicking("merge")}
        />
        <div className="tools" role="search">
          <input
            type="search"
            aria-label="Search by file name"
            placeholder="Search by name"
            value={params.get("search") ?? ""}
            onChange={(event) => setParams({ search: event.target.value })}
          />
          <select
            aria-label="Show"
            value={query.filter ?? ""}
            onChange={(event) => setParams({ filter: event.target.value })}
          >
            <option value="">All of them</option>
            {Object.entries(FILTERS).map(([filter, name]) => (
              <option key={filter} value={filter}>
                {name}
              </option>
            ))}
          </select>
          <select aria-label="Order" value={query.sort} onChange={(event) => setParams({ sort: event.target.value })}>
            {Object.entries(SORTS).map(([sort, name]) => (
              <option key={sort} value={sort}>
                {name}
              </option>
            ))}
          </select>
        </div>
        <Gallery
          key={`${given} ${query.search} ${query.filter} ${query.sort}`}
          session={session.name}
          query={query}
          groups={session.groups}
          texts={session.kind === "texts"}
          label="Items; arrow keys move, space selects, Enter shows one large"
          selected={selected}
          onSelect={setSelected}
          onOpen={setOpened}
          empty={<Empty title="Nothing here">No item fits. Take the search or the filter away.</Empty>}
        />
        <div className="dock">
          <span className={`said ${failed ? "bad-words" : ""}`} role={failed ? "alert" : "status"}>
            {said || (rows.length ? "" : "Click items to select them; drag them onto a group to move them.")}
          </span>
          {rows.length > 0 && <b>{count(rows.length, "item")} selected</b>}
          {rows.length > 0 && (
            <>
              <Key name="m" className="primary" onPress={() => setPicking("move")}>
                Move to …
              </Key>
              <Key name="n" onPress={() => move(rows, "new")}>
                New group
              </Key>
            </>
          )}
          {rows.length === 2 && (
            <>
              <Key name="t" onPress={() => link("together")}>
                Always together
              </Key>
              <Key name="a" onPress={() => link("apart")}>
                Never together
              </Key>
            </>
          )}
          {rows.length > 0 && (
            <Key name="Esc" onPress={done}>
              Clear
            </Key>
          )}
          <Key name="u" onPress={undo} disabled={busy}>
            Undo
          </Key>
        </div>
      </section>
      {picking && (
        <GroupPicker
          title={
            picking === "move"
              ? `Move ${count(rows.length, "item")} to`
              : `Merge ${nameOf(session.groups, group?.number ?? null)} into`
          }
          groups={session.groups.filter(({ number }) => number !== group?.number)}
          fresh={picking === "move"}
          onChoose={(to) => (picking === "move" ? move(rows, to) : merge(to))}
          onClose={() => setPicking(null)}
        />
      )}
      {opened && <ItemDetail session={session} item={opened} onClose={() => setOpened(null)} />}
    </div>
  );
}
