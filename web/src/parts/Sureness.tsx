import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { annotator } from "../annotator";
import { getSureness, openAudit } from "../api";
import { keyOf, refreshSession } from "../live";
import type { Session, Share } from "../types";
import { count, nameOf, percent } from "../words";

/** How many items are in the right group, as answers about items drawn at random tell; quiet, and opened for more. */
export function Sureness({ session, onOpened }: { session: Session; onOpened: () => void }) {
  const client = useQueryClient();
  const { data } = useQuery({
    queryKey: keyOf(session.name, "sureness"),
    queryFn: () => getSureness(session.name),
    enabled: session.audited > 0,
  });
  const audit = useMutation({
    mutationFn: () => openAudit(session.name, annotator()),
    onSuccess: () => {
      onOpened();
      return refreshSession(client, session.name);
    },
  });
  const whole = data?.whole;
  const said = audit.error?.message ?? (audit.data && `${count(audit.data.open, "question")} of yours come next.`);
  return (
    <details className="sureness" onToggle={() => audit.reset()}>
      <summary>
        {whole ? (
          <>
            <Gauge share={whole} /> {range(whole)} in the right group
          </>
        ) : (
          "How good are the groups?"
        )}
      </summary>
      <div className="panel">
        {data && whole ? (
          <>
            <p>
              {percent(whole.value)} of the items are in the right group, or with {percent(0.95)} probability between{" "}
              {percent(whole.low)} and {percent(whole.high)}: so {count(whole.answers, "answer")} about items drawn at
              random tell.
            </p>
            <ul aria-label="By group">
              {Object.entries(data.groups).map(([group, share]) => (
                <li key={group}>
                  <span>{nameOf(session.groups, Number(group))}</span> <Gauge share={share} /> {range(share)}
                </li>
              ))}
            </ul>
            {Object.keys(data.groups).length < session.groups.length && (
              <p>Of the other groups too few items were asked about to tell.</p>
            )}
          </>
        ) : (
          <p>Questions about items drawn at random tell how many are in the right group. They look like any other.</p>
        )}
        <button onClick={() => audit.mutate()} disabled={audit.isPending}>
          Ask twenty at random
        </button>
        <span role="status">{said}</span>
      </div>
    </details>
  );
}

const range = ({ low, high }: Share): string => `${Math.round(100 * low)} to ${percent(high)}`;

/** The interval as a bar and the estimate as a stroke in it; the words beside it say the same. */
function Gauge({ share: { value, low, high } }: { share: Share }) {
  return (
    <svg className="gauge" viewBox="0 0 100 10" aria-hidden="true">
      <rect className="scale" width="100" height="10" rx="5" />
      <rect className="interval" x={100 * low} width={Math.max(2, 100 * (high - low))} height="10" rx="5" />
      <rect className="estimate" x={100 * value - 1} width="2" height="10" />
    </svg>
  );
}
