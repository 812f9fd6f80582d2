import { sizesOf } from "../../pictures";
import { Key } from "../Key";
import { Picture } from "../Picture";
import type { QuestionProps } from "./props";

/** Is this item a clear case of anything? */
export function Difficulty({ question, act }: QuestionProps) {
  const [asked] = question.items;
  return (
    <>
      <div className="single">
        {asked && (
          <figure className="asked">
            <Picture item={asked} size={sizesOf("difficulty").item} now whole label="the item asked about" />
          </figure>
        )}
      </div>
      <div className="choices two">
        <Key name="h" className="large" onPress={() => act({ do: "choose", choice: "hard" })}>
          Hard to say
        </Key>
        <Key name="e" className="large primary" onPress={() => act({ do: "choose", choice: "easy" })}>
          A clear case
        </Key>
      </div>
    </>
  );
}
