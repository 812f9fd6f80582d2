import type { DragEvent, MouseEvent } from "react";
import type { Item } from "../types";
import { percent } from "../words";
import { Picture } from "./Picture";

interface Props {
  id: string;
  item: Item | undefined;
  place: number;
  total: number;
  colour: string;
  selected: boolean;
  active: boolean;
  onPick: (event: MouseEvent) => void;
  onOpen: () => void;
  onDrag: (event: DragEvent) => void;
}

/** One item of the gallery. */
export function Tile({ id, item, place, total, colour, selected, active, onPick, onOpen, onDrag }: Props) {
  return (
    <div
      id={id}
      role="option"
      aria-selected={selected}
      aria-posinset={place + 1}
      aria-setsize={total}
      aria-label={item ? said(item) : "not loaded yet"}
      className={`thing ${active ? "active" : ""}`}
      draggable={item !== undefined}
      onClick={onPick}
      onDoubleClick={onOpen}
      onDragStart={onDrag}
    >
      <span className="thing-picture">
        {item && <Picture item={item} size={256} />}
        {selected && <span className="tick" aria-hidden="true" />}
      </span>
      <span className="thing-words">
        <span className="sure" title={item?.confidence == null ? undefined : `Confidence ${percent(item.confidence)}`}>
          <i style={{ width: `${Math.round(100 * (item?.confidence ?? 0))}%`, background: colour }} />
        </span>
        <span className="thing-id">{item?.id.split("/").at(-1)}</span>
        {item?.human && (
          <span className="human" title="You said something about this one">
            ✎
          </span>
        )}
      </span>
    </div>
  );
}

function said(item: Item): string {
  const sure = item.confidence === null ? "" : `, confidence ${percent(item.confidence)}`;
  return `${item.text ?? item.id}${sure}${item.human ? ", answered by a person" : ""}`;
}
