import { useQuery } from "@tanstack/react-query";
import { getItem } from "../api";
import { keyOf } from "../live";
import type { Item, Session } from "../types";
import { ago, nameOf, percent } from "../words";
import { Dialog } from "./Dialog";
import { Busy, Fault } from "./Notice";
import { Picture } from "./Picture";

/** One item, large: where it is, why, and what was said about it. */
export function ItemDetail({ session, item, onClose }: { session: Session; item: Item; onClose: () => void }) {
  const { data, error, isPending } = useQuery({
    queryKey: keyOf(session.name, "item", item.row),
    queryFn: () => getItem(session.name, item.row),
  });
  return (
    <Dialog title={item.id} onClose={onClose} className="wide">
      <div className="detail">
        <Picture item={item} size={1024} now whole />
        <div>
          <p>
            In <b>{nameOf(session.groups, item.group)}</b>
            {item.confidence !== null && `, confidence ${percent(item.confidence)}`}.
          </p>
          {isPending && <Busy>Looking up why …</Busy>}
          {error && <Fault fault={error} />}
          {data && <p>{data.why}</p>}
          {data?.evidence && data.evidence.length > 0 && (
            <ul className="strip" aria-label="What speaks for it">
              {data.evidence.map((other) => (
                <li key={other.row}>
                  <Picture item={other} size={128} />
                </li>
              ))}
            </ul>
          )}
          {data?.answers && data.answers.length > 0 && (
            <>
              <h3>What was said about it</h3>
              <ul className="known">
                {data.answers.map((answer) => (
                  <li key={answer.id}>
                    {answer.words} <span className="quiet">{ago(answer.at)}</span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </div>
      </div>
    </Dialog>
  );
}
