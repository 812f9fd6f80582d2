import { PAGE } from "../../keys";
import { sizesOf } from "../../pictures";
import type { Group, Option } from "../../types";
import { nameOf } from "../../words";
import { Key } from "../Key";
import { Picture } from "../Picture";
import type { QuestionProps } from "./props";

/** With which of these groups does the item go? Nine at a time. */
export function Member({ question, groups, page, act }: QuestionProps) {
  const [asked] = question.items;
  const pages = Math.max(1, Math.ceil(question.options.length / PAGE));
  const shown = question.options.slice(page * PAGE, (page + 1) * PAGE);
  const last = page === pages - 1;
  const sizes = sizesOf("member");
  return (
    <div className="member">
      {asked && (
        <figure className="asked">
          <Picture item={asked} size={sizes.item} now whole label="the item asked about" />
        </figure>
      )}
      <div className={`options n${shown.length}`}>
        {shown.map((option, place) => (
          <Key
            key={option.items[0]?.row}
            name={String(place + 1)}
            className="option"
            label={`${place + 1}: ${optionName(option, groups)}`}
            onPress={() => act({ do: "choose", choice: String(page * PAGE + place + 1) })}
          >
            <span className="option-name">
              <i className="swatch" style={{ background: colourOf(option, groups) }} />
              <span className="clip">{optionName(option, groups)}</span>
            </span>
            <span className="exemplars">
              {option.items.map((item) => (
                <Picture key={item.row} item={item} size={sizes.option} now />
              ))}
            </span>
          </Key>
        ))}
      </div>
      <div className="choices">
        {pages > 1 && (
          <Key name="m" onPress={() => act({ do: "more" })}>
            More ({page + 1} of {pages})
          </Key>
        )}
        <Key name="0" onPress={() => act(last ? { do: "choose", choice: "none" } : { do: "more" })}>
          {!last ? "None: see more" : question.exhaustive ? "None: a new group" : "None of these"}
        </Key>
      </div>
    </div>
  );
}

function optionName(option: Option, groups: readonly Group[]): string {
  return option.name || (option.group === null ? "like these" : nameOf(groups, option.group));
}

function colourOf(option: Option, groups: readonly Group[]): string {
  return groups.find((group) => group.number === option.group)?.colour ?? "transparent";
}
