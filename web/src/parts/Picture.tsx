import { pictureOf, type PictureSize } from "../api";
import type { Item } from "../types";
import { useTrouble } from "./trouble";

interface Props {
  item: Item;
  size: PictureSize;
  /** What it is called where its file name does not say enough, such as "the item asked about". */
  label?: string;
  /** Whether it is on screen at once: a question's pictures are fetched ahead and must paint with it. */
  now?: boolean;
  /** Whether a long text can be scrolled; not inside a button, which takes the keys. */
  whole?: boolean;
}

/** Characters from which on a text is set smaller, and scrolled where it can be. */
const LONG = 240;

const WORDS = {
  broken: "This picture cannot be read",
  lost: "This picture comes when the connection is back",
} as const;

/** One item as a person sees it: its picture, its text, or why there is none. */
export function Picture({ item, size, label, now = false, whole = false }: Props) {
  const address = pictureOf(item, size);
  const { trouble, ...hear } = useTrouble(address);
  const name = label ? `${label}: ${item.id}` : item.id;
  if (item.text != null) {
    const long = item.text.length > LONG;
    const scrolls = long && whole ? { tabIndex: 0, role: "group", "aria-label": name } : {};
    return (
      <span className={`picture text ${long ? "long" : ""}`} title={item.id} {...scrolls}>
        {item.text}
      </span>
    );
  }
  const missing = address === null ? "No picture" : trouble && WORDS[trouble];
  if (missing) {
    return (
      <span className="picture missing" title={item.id}>
        <span>{missing}</span>
        <small>{item.id}</small>
      </span>
    );
  }
  return (
    <img
      className="picture"
      src={address ?? undefined}
      alt={name}
      title={item.id}
      draggable={false}
      decoding={now ? "sync" : "async"}
      loading={now ? "eager" : "lazy"}
      {...hear}
    />
  );
}
