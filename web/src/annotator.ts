/** Who answers: kept in this browser, so that two people on one session have their own questions and their own undo. */

import { useSyncExternalStore } from "react";

const KEY = "clusteer:annotator";
const changed = new Set<() => void>();

export const annotator = (): string => localStorage.getItem(KEY) || "me";

export function setAnnotator(name: string): void {
  localStorage.setItem(KEY, name.trim());
  changed.forEach((tell) => tell());
}

export function useAnnotator(): string {
  return useSyncExternalStore((tell) => {
    changed.add(tell);
    return () => changed.delete(tell);
  }, annotator);
}
