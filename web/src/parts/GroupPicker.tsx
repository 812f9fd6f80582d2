import { useState } from "react";
import type { Group } from "../types";
import { count, groupName, number } from "../words";
import { Dialog } from "./Dialog";

interface Props {
  title: string;
  groups: readonly Group[];
  /** Whether a group that does not exist yet can be chosen. */
  fresh?: boolean;
  onChoose: (group: number | "new") => void;
  onClose: () => void;
}

/** Choose a group by digit, by typing some of its name, or by a click. */
export function GroupPicker({ title, groups, fresh = false, onChoose, onClose }: Props) {
  const [typed, setTyped] = useState("");
  const found = groups.filter((group) => groupName(group).toLowerCase().includes(typed.toLowerCase()));
  const hear = (event: React.KeyboardEvent) => {
    const nth = found[Number(event.key) - 1];
    if (/^[1-9]$/.test(event.key) && nth && !typed) {
      event.preventDefault();
      onChoose(nth.number);
    } else if (event.key === "Enter" && found[0] && event.target instanceof HTMLInputElement) {
      event.preventDefault();
      onChoose(found[0].number);
    } else if (event.key === "0" && fresh && !typed) {
      event.preventDefault();
      onChoose("new");
    }
  };
  return (
    <Dialog title={title} onClose={onClose}>
      <div onKeyDown={hear} className="form">
        <label>
          Part of its name, or the digit before it
          <input value={typed} onChange={(event) => setTyped(event.target.value)} />
        </label>
        <ol className="picker">
          {found.map((group, place) => (
            <li key={group.number}>
              <button className="plain" onClick={() => onChoose(group.number)}>
                <kbd aria-hidden="true">{place < 9 && !typed ? place + 1 : " "}</kbd>
                <i className="swatch" style={{ background: group.colour ?? "transparent" }} />
                <span className="grow">{groupName(group)}</span>
                <span className="quiet" aria-label={count(group.size, "item")}>
                  {number(group.size)}
                </span>
              </button>
            </li>
          ))}
          {fresh && (
            <li>
              <button className="plain" onClick={() => onChoose("new")}>
                <kbd aria-hidden="true">0</kbd>
                <i className="swatch fresh" />
                <span className="grow">A new group</span>
              </button>
            </li>
          )}
        </ol>
      </div>
    </Dialog>
  );
}
