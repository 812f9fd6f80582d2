import { useState } from "react";
import type { Item } from "../types";
import { Dialog } from "./Dialog";
import { Picture } from "./Picture";

interface Props {
  items: readonly Item[];
  start: number;
  onClose: () => void;
}

/** Items as large as the screen allows; z closes again, the arrow keys go through them. */
export function Zoom({ items, start, onClose }: Props) {
  const [place, setPlace] = useState(start);
  const item = items[place];
  const step = (by: number) => setPlace((now) => (now + by + items.length) % items.length);
  if (!item) return null;
  const hear = (event: React.KeyboardEvent) => {
    if (event.key.toLowerCase() === "z") onClose();
    else if (event.key === "ArrowRight") step(1);
    else if (event.key === "ArrowLeft") step(-1);
  };
  return (
    <Dialog title={item.id} onClose={onClose} className="zoom">
      <div onKeyDown={hear} className="zoom-body">
        <Picture key={item.row} item={item} size={1024} now whole />
        <div className="choices">
          {items.length > 1 && (
            <>
              <button onClick={() => step(-1)}>← Before</button>
              <span className="quiet">
                {place + 1} of {items.length}
              </span>
              <button onClick={() => step(1)}>Next →</button>
            </>
          )}
          <button data-first onClick={onClose}>
            Close
          </button>
        </div>
      </div>
    </Dialog>
  );
}
