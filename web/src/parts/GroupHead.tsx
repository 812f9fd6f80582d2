import type { Edits } from "../edits";
import type { Group, Session } from "../types";
import { count, groupName, number, percent } from "../words";

interface Props {
  session: Session;
  group: Group | undefined;
  onRename: Edits["rename"];
  onMerge: () => void;
}

/** What the open group is called, its colour and size; all three where a person looks for them. */
export function GroupHead({ session, group, onRename, onMerge }: Props) {
  if (!group) {
    return (
      <header className="group-head">
        <h2>All items</h2>
        <span className="quiet">
          {count(session.items, "item")} in {count(session.groups.length, "group")}
        </span>
      </header>
    );
  }
  const keep = (name: string) => {
    if (name.trim() === (group.name ?? "")) return;
    onRename(
      group.number,
      { name: name.trim() },
      name.trim() ? `Now called ${name.trim()}.` : "Its name is taken away.",
    );
  };
  return (
    <header className="group-head">
      <label className="colour" title="Colour of the group">
        <span className="visually-hidden">Colour</span>
        <input
          type="color"
          // Uncontrolled: choosing sends many colours, and only the one kept is stored.
          defaultValue={group.colour ?? "#888888"}
          key={group.colour}
          onBlur={({ target }) => {
            if (target.value !== group.colour) onRename(group.number, { colour: target.value }, "Colour kept.");
          }}
        />
      </label>
      <input
        className="group-name"
        aria-label="Name of the group"
        placeholder={groupName({ ...group, name: null })}
        defaultValue={group.name ?? ""}
        key={group.name}
        maxLength={80}
        onBlur={({ target }) => keep(target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") event.currentTarget.blur();
        }}
      />
      <span className="quiet">
        {number(group.size)} {group.size === 1 ? "item" : "items"}
        {group.confidence !== null && `, ${percent(group.confidence)} sure on average`}
      </span>
      <button onClick={onMerge} disabled={session.groups.length < 2}>
        Merge …
      </button>
    </header>
  );
}
