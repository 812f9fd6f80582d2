/** What keys mean. The same keys answer in the terminal (`clusteer answer`). */

import { useEffect, useRef } from "react";
import type { Question } from "./types";

/** Options on screen at once. */
export const PAGE = 9;
/** What the items of a page are called, in order: u is left to undo, q to quitting in the terminal. */
export const LETTERS = "abcdefghijklmnoprstvwxyz";

export type Action =
  | { do: "choose"; choice: string }
  | { do: "toggle"; place: number }
  | { do: "enlarge"; place: number }
  | { do: "confirm" }
  | { do: "more" }
  | { do: "undo" };

const ALWAYS: Record<string, Action> = {
  " ": { do: "choose", choice: "skip" },
  "?": { do: "choose", choice: "unsure" },
  u: { do: "undo" },
};

const CHOICES: Partial<Record<Question["kind"], Record<string, string>>> = {
  same: { s: "same", d: "different" },
  nearer: { "1": "1", "2": "2" },
  difficulty: { e: "easy", h: "hard" },
};

/** What a key does to a question whose options stand at `page` (from 0); null where it means nothing. */
export function actionFor(question: Question, page: number, key: string): Action | null {
  const always = ALWAYS[key];
  if (always) return always;
  if (question.kind === "page") return pageAction(question, key);
  if (key === "z") return { do: "enlarge", place: 0 };
  if (question.kind === "member") return memberAction(question, page, key);
  const choice = CHOICES[question.kind]?.[key];
  return choice === undefined ? null : { do: "choose", choice };
}

function pageAction(question: Question, key: string): Action | null {
  if (key === "Enter" || key === ".") return { do: "confirm" };
  const place = LETTERS.indexOf(key.toLowerCase());
  if (key.length !== 1 || place < 0 || place >= question.items.length) return null;
  // z is a letter like the others here, so the shift key enlarges.
  return { do: key === key.toLowerCase() ? "toggle" : "enlarge", place };
}

function memberAction(question: Question, page: number, key: string): Action | null {
  const pages = Math.max(1, Math.ceil(question.options.length / PAGE));
  if (key === "m") return pages > 1 ? { do: "more" } : null;
  // None of these, where there are more: look at the others before a new group is opened.
  if (key === "0") return page < pages - 1 ? { do: "more" } : { do: "choose", choice: "none" };
  const place = page * PAGE + Number(key);
  return /^[1-9]$/.test(key) && place <= Math.min(question.options.length, (page + 1) * PAGE)
    ? { do: "choose", choice: String(place) }
    : null;
}

/** The choice that says which places (from 0) of a page do not belong. */
export function pageChoice(out: ReadonlySet<number>): string {
  return out.size
    ? [...out]
        .sort((a, b) => a - b)
        .map((place) => place + 1)
        .join(",")
    : "all";
}

/** Whether a key press is meant for the page and not for the control that has the focus. */
export function isForPage(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented) return false;
  const target = event.target instanceof Element ? event.target : null;
  if (!target) return true;
  if (target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, dialog, [contenteditable]")) {
    return false;
  }
  // Space and Enter press the button that has the focus; on a page's pictures Enter confirms the page.
  if (event.key === "Enter" && target.closest("[data-toggle]")) return true;
  return !((event.key === " " || event.key === "Enter") && target.closest("button, a, summary, input, label"));
}

/** Hear keys that are meant for the page, while the component stands. A held key is heard once. */
export function useKeys(hear: (key: string, event: KeyboardEvent) => boolean, repeats = false): void {
  // Always the latest function, so that a key pressed between two paints meets the newest question.
  const latest = useRef(hear);
  latest.current = hear;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if ((event.repeat && !repeats) || !isForPage(event)) return;
      if (latest.current(event.key, event)) event.preventDefault();
    };
    window.addEventListener("keydown", listen);
    return () => window.removeEventListener("keydown", listen);
  }, [repeats]);
}
