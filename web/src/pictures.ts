/** Fetch pictures before they are needed. */

import { pictureOf, type PictureSize } from "./api";
import type { Item, Question } from "./types";

const KEPT = 400;
// Held so that the browser keeps the decoded picture; the oldest go first.
const held = new Map<string, HTMLImageElement>();

export function fetchPicture(address: string): void {
  if (held.has(address)) return;
  const image = new Image();
  image.decoding = "async";
  image.src = address;
  held.set(address, image);
  const oldest = held.keys().next().value;
  if (held.size > KEPT && oldest !== undefined) held.delete(oldest);
}

/** How large the asked items and the options are fetched, by the kind of question; what is drawn asks for the same. */
export function sizesOf(kind: Question["kind"]): { item: PictureSize; option: PictureSize } {
  return { item: kind === "page" ? 256 : 512, option: kind === "nearer" ? 512 : 256 };
}

export function fetchPictures(question: Question): void {
  const sizes = sizesOf(question.kind);
  const fetchAll = (items: readonly Item[], size: PictureSize) => {
    for (const item of items) {
      const address = pictureOf(item, size);
      if (address) fetchPicture(address);
    }
  };
  fetchAll(question.items, sizes.item);
  for (const option of question.options) fetchAll(option.items, sizes.option);
}
