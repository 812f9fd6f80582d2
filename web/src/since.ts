/** Since when changes are shown: the last update, this visit, or the first answer. */

import { useRoute } from "./route";
import type { Session } from "./types";

export const SINCE = { "": "Since the last update", visit: "Since I came here", start: "Since the start" } as const;

const key = (session: string): string => `clusteer:came:${session}`;

/** Note where the ledger stood when this tab first opened the session. */
export function arrive({ name, ledger }: Session): void {
  if (sessionStorage.getItem(key(name)) === null) sessionStorage.setItem(key(name), String(ledger));
}

/** What is chosen, and the ledger line it stands for; undefined leaves it to the studio. */
export function useSince(session: Session): { chosen: string; ledger: number | undefined } {
  const chosen = useRoute().params.get("since") ?? "";
  if (chosen === "start") return { chosen, ledger: 0 };
  if (chosen === "visit")
    return { chosen, ledger: Number(sessionStorage.getItem(key(session.name)) ?? session.ledger) };
  return { chosen: "", ledger: undefined };
}
