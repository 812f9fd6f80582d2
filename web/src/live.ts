/** Keep what is shown of a session as it is on disk: the studio says when something changed, or we ask. */

import { type QueryClient, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { eventsAddress, getSession } from "./api";
import type { Session, StudioEvent } from "./types";

const POLL = 3_000;
const REOPEN = 4_000;

/** Everything of a session is cached under this key, so that one call refreshes all that is on screen. */
export const keyOf = (session: string, ...parts: unknown[]): unknown[] => ["session", session, ...parts];

/** Fetch anew what is on screen. What is on its way was read before, so it is not waited for. */
async function refresh(client: QueryClient, queryKey: unknown[]): Promise<void> {
  await client.cancelQueries({ queryKey });
  await client.invalidateQueries({ queryKey });
}

export const refreshSession = (client: QueryClient, session: string): Promise<void> => refresh(client, keyOf(session));

export const refreshJobs = (client: QueryClient): Promise<void> => refresh(client, ["jobs"]);

export function useSession(session: string): { data: Session | undefined; error: Error | null } {
  const client = useQueryClient();
  const heard = useEvents(session, client);
  const { data, error } = useQuery({
    queryKey: keyOf(session, "status"),
    queryFn: () => getSession(session),
    // Events tell of changes only: what could not be fetched is asked for until it can be.
    refetchInterval: ({ state }) => (heard && !state.error ? false : POLL),
  });
  const version = data?.version;
  useEffect(() => {
    // Without events, the status that was asked for tells that all else is out of date.
    if (heard || version === undefined) return;
    void client.invalidateQueries({
      queryKey: keyOf(session),
      predicate: ({ queryKey }) => queryKey[2] !== "status",
    });
  }, [client, session, version, heard]);
  return { data, error };
}

/** Listen to the session's events; true while the socket stands. */
function useEvents(session: string, client: QueryClient): boolean {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    let socket: WebSocket | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let over = false;
    const renew = () => refreshSession(client, session);
    const connect = () => {
      socket = new WebSocket(eventsAddress(session));
      socket.onopen = () => {
        setOpen(true);
        void renew(); // something may have changed while nobody listened
      };
      socket.onmessage = ({ data }: MessageEvent<string>) => {
        const { version } = JSON.parse(data) as StudioEvent;
        const known = client.getQueryData<Session>(keyOf(session, "status"))?.version;
        if (version !== known) void renew();
      };
      socket.onclose = () => {
        setOpen(false);
        if (!over) timer = setTimeout(connect, REOPEN);
      };
    };
    connect();
    return () => {
      over = true;
      clearTimeout(timer);
      socket?.close();
    };
  }, [client, session]);
  return open;
}
