import type { ReactNode } from "react";
import { sentence } from "../words";

/** What the page is doing, in words, and how far it is where that is known. */
export function Busy({ children, done = 0, total = 0 }: { children: ReactNode; done?: number; total?: number }) {
  return (
    <p className="busy" role="status">
      <span className="pulse" aria-hidden="true" />
      <span>
        {children}
        {total > 0 && <progress aria-label="How far it is" max={total} value={done} />}
      </span>
    </p>
  );
}

/** What went wrong, in the studio's own sentence, and what can be done. */
export function Fault({ fault, children }: { fault: unknown; children?: ReactNode }) {
  return (
    <div className="notice bad" role="alert">
      <p>{sentence(fault)}</p>
      {children && <p>{children}</p>}
    </div>
  );
}

/** There is nothing to show; what to do about it. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
