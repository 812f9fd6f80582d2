/** Where the page is, kept in the address after the # so that a reload or a second tab comes to the same place. */

import { useSyncExternalStore } from "react";

export const PAGES = ["ask", "groups", "map", "changes", "clashes", "export"] as const;
export type PageName = (typeof PAGES)[number];

export interface Route {
  session: string | null;
  page: PageName;
  params: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = "", search = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [head, name, page] = path.split("/");
  return {
    session: head === "s" && name ? decode(name) : null,
    page: PAGES.find((known) => known === page) ?? "ask",
    params: new URLSearchParams(search),
  };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a hand-typed % that stands for nothing
  }
}

export function href(session: string | null, page: PageName = "ask", params: Record<string, string> = {}): string {
  const search = new URLSearchParams(params).toString();
  const path = session === null ? "#/" : `#/s/${encodeURIComponent(session)}/${page}`;
  return search ? `${path}?${search}` : path;
}

export function go(to: string): void {
  window.location.hash = to;
}

/** Change some of what follows the ? without a step in the browser's history; an empty value takes it away. */
export function setParams(change: Record<string, string>): void {
  const { session, page, params } = parseRoute(window.location.hash);
  for (const [key, value] of Object.entries(change)) {
    if (value) params.set(key, value);
    else params.delete(key);
  }
  history.replaceState(null, "", href(session, page, Object.fromEntries(params)));
  window.dispatchEvent(new HashChangeEvent("hashchange"));
}

function subscribe(told: () => void): () => void {
  window.addEventListener("hashchange", told);
  return () => window.removeEventListener("hashchange", told);
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => window.location.hash));
}
