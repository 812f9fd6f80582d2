import { type DragEvent, useState } from "react";
import { href } from "../route";
import type { Group, Session } from "../types";
import { count, groupName, number } from "../words";
import { DRAGGED } from "./Gallery";

interface Props {
  session: Session;
  /** The group that is open; null for all items. */
  open: number | null;
  params: Record<string, string>;
  onDrop: (rows: number[], to: number | "new") => void;
}

/** The groups, each a link to its items and a place to drop items on. */
export function GroupList({ session, open, params, onDrop }: Props) {
  const { group: _, ...rest } = params;
  const link = (group: Group | null) =>
    href(session.name, "groups", group ? { ...rest, group: String(group.number) } : rest);
  return (
    <nav className="group-list" aria-label="Groups">
      <a href={link(null)} aria-current={open === null ? "true" : undefined}>
        <span className="grow">All</span>
        <span className="quiet">{number(session.items)}</span>
      </a>
      {session.groups.map((group) => (
        <Target key={group.number} onRows={(rows) => onDrop(rows, group.number)}>
          <a href={link(group)} aria-current={open === group.number ? "true" : undefined}>
            <i className="swatch" style={{ background: group.colour ?? "transparent" }} />
            <span className="grow">{groupName(group)}</span>
            <span className="quiet" title={count(group.size, "item")}>
              {number(group.size)}
            </span>
          </a>
        </Target>
      ))}
      <Target onRows={(rows) => onDrop(rows, "new")}>
        <span className="fresh-target">Drop here for a new group</span>
      </Target>
    </nav>
  );
}

function Target({ onRows, children }: { onRows: (rows: number[]) => void; children: React.ReactNode }) {
  const [over, setOver] = useState(false);
  const allow = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes(DRAGGED)) return;
    event.preventDefault();
    setOver(true);
  };
  const drop = (event: DragEvent) => {
    setOver(false);
    const rows = event.dataTransfer.getData(DRAGGED);
    if (!rows) return;
    event.preventDefault();
    onRows(JSON.parse(rows) as number[]);
  };
  return (
    <div className={`target ${over ? "over" : ""}`} onDragOver={allow} onDragLeave={() => setOver(false)} onDrop={drop}>
      {children}
    </div>
  );
}
