import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook, waitFor } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, it, vi } from "vitest";
import { useSession } from "../src/live";
import { session, Studio } from "./studio";

class Socket {
  static opened: Socket[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  constructor() {
    Socket.opened.push(this);
  }
  close() {}
}

it("does not hold what was on its way when the news came for what is there now", async () => {
  vi.stubGlobal("WebSocket", Socket);
  const studio = new Studio();
  const replies: (() => void)[] = [];
  let version = "before";
  studio.on("GET sessions/inks", async () => {
    const seen = session({ version });
    await new Promise<void>((resolve) => replies.push(resolve));
    return seen;
  });
  const client = new QueryClient();
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={client}>{children}</QueryClientProvider>
  );
  const { result } = renderHook(() => useSession("inks"), { wrapper });
  await waitFor(() => expect(replies).toHaveLength(1));
  version = "after";
  await act(async () => {
    const socket = Socket.opened.at(-1);
    socket?.onopen?.();
    socket?.onmessage?.({ data: JSON.stringify({ version, ledger: 0, round_answers: 0 }) });
  });
  replies.shift()?.();
  await waitFor(() => {
    replies.splice(0).forEach((reply) => reply());
    expect(result.current.data?.version).toBe("after");
  });
});
