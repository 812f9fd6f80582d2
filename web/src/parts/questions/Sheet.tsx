import { LETTERS } from "../../keys";
import { sizesOf } from "../../pictures";
import { count, nameOf } from "../../words";
import { Key } from "../Key";
import { Picture } from "../Picture";
import type { QuestionProps } from "./props";

/** A group's page: click out what does not belong, then confirm the rest. */
export function Sheet({ question, groups, out, act }: QuestionProps) {
  const [group] = question.options;
  const sizes = sizesOf("page");
  const belong = question.items.length - out.size;
  return (
    <div className="sheet">
      {group && (
        <div className="sheet-group">
          <span className="exemplars">
            {group.items.map((item) => (
              <Picture key={item.row} item={item} size={sizes.option} now label="the group" />
            ))}
          </span>
          <span>
            {group.items.length > 1 ? "These are" : "This is"} in <b>{group.name || nameOf(groups, group.group)}</b>.
          </span>
        </div>
      )}
      <ul className="sheet-items">
        {question.items.map((item, place) => (
          <li key={item.row}>
            <Key
              name={LETTERS[place] ?? ""}
              toggle
              className="tile"
              pressed={out.has(place)}
              label={`${LETTERS[place]}: ${item.text ?? item.id}, ${out.has(place) ? "does not belong" : "belongs"}`}
              onPress={() => act({ do: "toggle", place })}
            >
              <Picture item={item} size={sizes.item} now />
              <span className="cross" aria-hidden="true" />
            </Key>
          </li>
        ))}
      </ul>
      <div className="choices">
        <Key name="Enter" className="large primary" onPress={() => act({ do: "confirm" })}>
          {out.size === 0
            ? `All ${question.items.length} belong`
            : `${count(belong, "belongs", "belong")}, ${count(out.size, "does not", "do not")}`}
        </Key>
      </div>
    </div>
  );
}
