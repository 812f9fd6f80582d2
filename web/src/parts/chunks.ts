import { useQueries, useQuery } from "@tanstack/react-query";
import { getItems } from "../api";
import { keyOf } from "../live";
import type { Item, ItemQuery, Items } from "../types";

/** Items fetched at a time. */
export const CHUNK = 200;

const chunkQuery = (session: string, query: ItemQuery, chunk: number) => ({
  queryKey: keyOf(session, "items", query, chunk),
  queryFn: () => getItems(session, { ...query, offset: chunk * CHUNK, limit: CHUNK }),
});

/** How many items a query finds; null until that is known. */
export function useTotal(session: string, query: ItemQuery): { total: number | null; error: Error | null } {
  const { data, error } = useQuery(chunkQuery(session, query, 0));
  return { total: data?.total ?? null, error };
}

/** The items between two places of a query, as they arrive; nothing is fetched that is out of sight. */
export function useItems(
  session: string,
  query: ItemQuery,
  first: number,
  last: number,
): (place: number) => Item | undefined {
  const start = Math.floor(first / CHUNK);
  const chunks = Array.from({ length: Math.floor(last / CHUNK) - start + 1 }, (_, offset) => start + offset);
  const found = useQueries({
    queries: chunks.map((chunk) => chunkQuery(session, query, chunk)),
    combine: (results) => results.map(({ data }) => data),
  }) as (Items | undefined)[];
  return (place) => found[Math.floor(place / CHUNK) - start]?.items[place % CHUNK];
}
