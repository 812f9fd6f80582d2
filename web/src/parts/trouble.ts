import { useEffect, useState } from "react";

/** "lost" where the studio does not answer, "broken" where it has no such picture to show. */
export type Trouble = "lost" | "broken";

const AGAIN = 2_000;
const NEVER = { address: null as string | null, times: 0 };

/**
 * Why a picture does not show. The browser only says that it does not, so the studio is asked: what is broken stays
 * broken, and what was lost with the connection is shown as soon as it is back.
 */
export function useTrouble(address: string | null): { trouble: Trouble | null; onError: () => void; onLoad: () => void } {
  const [failed, setFailed] = useState(NEVER);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const { times } = failed;
  const concerns = address !== null && failed.address === address;
  useEffect(() => {
    if (!concerns) return;
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (lost: boolean) => {
      const there = await answers(address);
      if (over) return;
      if (there === null) timer = setTimeout(() => void look(true), AGAIN);
      // A picture that the studio has, and that still does not show, is not tried for ever.
      setTrouble(there === null ? "lost" : there && (lost || times === 1) ? null : "broken");
    };
    void look(false);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [concerns, address, times]);
  return {
    trouble: concerns ? trouble : null,
    onError: () => setFailed({ address, times: concerns ? times + 1 : 1 }),
    onLoad: () => setFailed(NEVER),
  };
}

/** Whether the studio has that picture; null where it does not answer. */
async function answers(address: string): Promise<boolean | null> {
  try {
    return (await fetch(new URL(address, document.baseURI).href, { method: "GET" })).ok;
  } catch {
    return null;
  }
}
