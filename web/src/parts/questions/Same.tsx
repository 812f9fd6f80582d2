import { sizesOf } from "../../pictures";
import { Key } from "../Key";
import { Picture } from "../Picture";
import { useSwipe } from "../swipe";
import type { QuestionProps } from "./props";

/** Do these two belong together? On a touch screen the pair is pushed right for yes and left for no. */
export function Same({ question, act }: QuestionProps) {
  const tell = (choice: "same" | "different") => act({ do: "choose", choice });
  const swipe = useSwipe(
    () => tell("different"),
    () => tell("same"),
  );
  const size = sizesOf("same").item;
  return (
    <>
      <div
        className={`pair ${swipe.leaning}`}
        style={{ transform: `translateX(${swipe.offset}px)` }}
        {...swipe.handlers}
      >
        {question.items.map((item, place) => (
          <figure key={item.row} className="asked">
            <Picture item={item} size={size} now whole label={place ? "the second" : "the first"} />
          </figure>
        ))}
        <span className="verdict" aria-hidden="true">
          {swipe.leaning === "right" ? "Same" : swipe.leaning === "left" ? "Different" : ""}
        </span>
      </div>
      <div className="choices two">
        <Key name="d" className="large" onPress={() => tell("different")}>
          Different
        </Key>
        <Key name="s" className="large primary" onPress={() => tell("same")}>
          Same
        </Key>
      </div>
      <p className="hint touch-only">Or swipe the pair: right for same, left for different.</p>
    </>
  );
}
