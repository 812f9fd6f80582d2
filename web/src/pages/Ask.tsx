import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { useAnnotator } from "../annotator";
import { Asking, type Sitting } from "../asking";
import { useKeys } from "../keys";
import { keyOf } from "../live";
import { Asked, PROMPTS } from "../parts/Asked";
import { Busy, Empty } from "../parts/Notice";
import { Sureness } from "../parts/Sureness";
import { href } from "../route";
import type { Question, Session } from "../types";
import { count, duration, number } from "../words";

/** One question per screen. */
export function Ask({ session }: { session: Session }) {
  const annotator = useAnnotator();
  const client = useQueryClient();
  const asking = useMemo(() => {
    // A clash that is asked again hands its question over, so that it comes first.
    const key = keyOf(session.name, "handed");
    const handed = client.getQueryData<Question>(key) ?? null;
    client.removeQueries({ queryKey: key });
    return new Asking(session.name, annotator, handed);
  }, [client, session.name, annotator]);
  const sitting = useSyncExternalStore(asking.subscribe, asking.sitting);

  useEffect(() => {
    asking.start();
    return () => asking.stop();
  }, [asking]);
  useEffect(() => asking.refresh(), [asking, session.version]);
  // With a question on screen its own keys hear u; without one, the last answer can still be taken back.
  useKeys((key) => {
    if (key !== "u" || asking.sitting().question) return false;
    void asking.undo();
    return true;
  });

  const { question } = sitting;
  return (
    <div className="ask">
      <Pace session={session} sitting={sitting} asking={asking} />
      <p className="visually-hidden" role="status">
        {question && `${PROMPTS[question.kind]} ${question.items.length === 1 ? question.items[0]?.id : ""}`}
      </p>
      {question ? (
        <Asked
          key={question.id}
          question={question}
          groups={session.groups}
          onAnswer={(choice) => asking.answer(choice)}
          onUndo={() => void asking.undo()}
        />
      ) : (
        <Waiting session={session} sitting={sitting} onUndo={() => void asking.undo()} />
      )}
    </div>
  );
}

function Waiting({ session, sitting, onUndo }: { session: Session; sitting: Sitting; onUndo: () => void }) {
  if (sitting.lost) return null; // the line above says it
  if (sitting.unsent) return <Busy>Saving your answer, then choosing the next question …</Busy>;
  if (sitting.choosing) return <Busy>Choosing the next question …</Busy>;
  return (
    <Empty title="Nothing to ask right now">
      <p>{sitting.said || "Your answers settle what the studio would ask."}</p>
      <p className="row">
        <a className="button primary" href={href(session.name, "groups")}>
          Look at the groups
        </a>
        <a className="button" href={href(session.name, "export")}>
          Export
        </a>
        <button onClick={onUndo}>Undo the last answer</button>
      </p>
    </Empty>
  );
}

/** How far and how fast; and whether what was said has reached the disk. */
function Pace({ session, sitting, asking }: { session: Session; sitting: Sitting; asking: Asking }) {
  const { pace, budget } = session;
  return (
    <div className="pace">
      <span>
        {count(session.answers, "answer")}
        {pace.seconds > 0 ? `, ${duration(pace.seconds)}` : ""}
      </span>
      {budget !== null && (
        <label className="budget">
          {number(session.shown)} of {number(budget)}
          <span className="visually-hidden">questions asked</span>
          <progress max={budget} value={Math.min(session.shown, budget)} />
        </label>
      )}
      {session.answers > 0 && <Sureness session={session} onOpened={asking.retry} />}
      <Reach sitting={sitting} onRetry={asking.retry} />
    </div>
  );
}

function Reach({ sitting, onRetry }: { sitting: Sitting; onRetry: () => void }) {
  const { lost, unsent, said, refused } = sitting;
  if (lost) {
    const kept = unsent ? `; ${count(unsent, "answer")} kept here until it is back` : "";
    return (
      <span className="reach lost" role="alert">
        The connection is lost{kept}. Trying again … <button onClick={onRetry}>Try now</button>
      </span>
    );
  }
  return (
    <span className={`reach ${refused ? "refused" : ""}`} role={refused ? "alert" : "status"}>
      {unsent ? "Saving …" : said}
    </span>
  );
}
