import { useVirtualizer } from "@tanstack/react-virtual";
import { type DragEvent, type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import type { Group, Item, ItemQuery } from "../types";
import { useItems, useTotal } from "./chunks";
import { useColumns } from "./columns";
import { Busy, Fault } from "./Notice";
import { Tile } from "./Tile";

/** What a drag carries: the rows, as JSON. */
export const DRAGGED = "application/x-clusteer-rows";

interface Props {
  session: string;
  query: ItemQuery;
  groups: readonly Group[];
  texts: boolean;
  label: string;
  selected: ReadonlySet<number>;
  onSelect: (rows: ReadonlySet<number>) => void;
  onOpen: (item: Item) => void;
  empty: ReactNode;
}

/** Any number of items, of which only those in sight are fetched and drawn; chosen by click, arrow keys and space. */
export function Gallery({ session, query, groups, texts, label, selected, onSelect, onOpen, empty }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const { columns, height } = useColumns(scroller, texts);
  const [active, setActive] = useState(0);
  const anchor = useRef(0);
  const { total, error } = useTotal(session, query);
  const count = total ?? 0;
  const lines = useVirtualizer({
    count: Math.ceil(count / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 3,
  });
  useEffect(() => lines.measure(), [lines, height]);
  const inSight = lines.getVirtualItems();
  const first = (inSight[0]?.index ?? 0) * columns;
  const last = Math.max(first, ((inSight.at(-1)?.index ?? 0) + 1) * columns - 1);
  const itemAt = useItems(session, query, first, last);

  const move = (to: number, extend: boolean) => {
    const place = Math.max(0, Math.min(count - 1, to));
    setActive(place);
    lines.scrollToIndex(Math.floor(place / columns));
    if (extend) choose(anchor.current, place);
    else anchor.current = place;
  };
  const choose = (from: number, to: number) => {
    const rows = new Set(selected);
    for (let place = Math.min(from, to); place <= Math.max(from, to); place++) {
      const item = itemAt(place);
      if (item) rows.add(item.row);
    }
    onSelect(rows);
  };
  const toggle = (place: number) => {
    const item = itemAt(place);
    if (!item) return;
    const rows = new Set(selected);
    if (!rows.delete(item.row)) rows.add(item.row);
    anchor.current = place;
    onSelect(rows);
  };

  const hear = (event: KeyboardEvent) => {
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: columns,
      ArrowUp: -columns,
      PageDown: columns * 4,
      PageUp: -columns * 4,
      Home: -count,
      End: count,
    };
    const step = steps[event.key];
    const item = itemAt(active);
    if (step !== undefined) move(active + step, event.shiftKey);
    else if (event.key === " ") toggle(active);
    else if ((event.key === "Enter" || event.key === "z") && item) onOpen(item);
    else return;
    event.preventDefault();
  };
  const drag = (event: DragEvent, item: Item | undefined) => {
    if (!item) return;
    const rows = selected.has(item.row) ? [...selected] : [item.row];
    event.dataTransfer.setData(DRAGGED, JSON.stringify(rows));
    event.dataTransfer.effectAllowed = "move";
  };

  if (error) return <Fault fault={error} />;
  if (total === 0) return empty;
  return (
    <div className="gallery" ref={scroller}>
      {total === null && <Busy>Reading the items …</Busy>}
      <div
        role="listbox"
        tabIndex={0}
        aria-label={label}
        aria-multiselectable="true"
        aria-activedescendant={itemAt(active) && `${id}-${active}`}
        className={`lines ${texts ? "texts" : ""}`}
        style={{ height: lines.getTotalSize() }}
        onKeyDown={hear}
      >
        {inSight.map((line) => (
          <div
            key={line.key}
            role="presentation"
            className="line"
            style={{
              transform: `translateY(${line.start}px)`,
              height: line.size,
              gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
            }}
          >
            {places(line.index * columns, Math.min(count, (line.index + 1) * columns)).map((place) => {
              const item = itemAt(place);
              return (
                <Tile
                  key={item?.row ?? `place ${place}`}
                  id={`${id}-${place}`}
                  item={item}
                  place={place}
                  total={count}
                  colour={groups.find((group) => group.number === item?.group)?.colour ?? "currentColor"}
                  selected={item !== undefined && selected.has(item.row)}
                  active={place === active}
                  onPick={(event) => {
                    setActive(place);
                    if (event.shiftKey) choose(anchor.current, place);
                    else toggle(place);
                  }}
                  onOpen={() => item && onOpen(item)}
                  onDrag={(event) => drag(event, item)}
                />
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}

const places = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, offset) => from + offset);
