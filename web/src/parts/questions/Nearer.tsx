import { sizesOf } from "../../pictures";
import { Key } from "../Key";
import { Picture } from "../Picture";
import type { QuestionProps } from "./props";

/** To which of two items is this one closer? */
export function Nearer({ question, act }: QuestionProps) {
  const [anchor] = question.items;
  const sizes = sizesOf("nearer");
  return (
    <div className="nearer">
      {anchor && (
        <figure className="asked">
          <Picture item={anchor} size={sizes.item} now whole label="the item asked about" />
        </figure>
      )}
      <div className="options n2">
        {question.options.map((option, place) => (
          <Key
            key={place}
            name={String(place + 1)}
            className="option"
            label={`${place + 1}: closer to ${option.items[0]?.id ?? "this one"}`}
            onPress={() => act({ do: "choose", choice: String(place + 1) })}
          >
            <span className="exemplars">
              {option.items.map((item) => (
                <Picture key={item.row} item={item} size={sizes.option} now />
              ))}
            </span>
          </Key>
        ))}
      </div>
    </div>
  );
}
