import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { annotator } from "../annotator";
import { getAgreement, getClashes, getDoubts, reaskAnswer, retractAnswer } from "../api";
import { keyOf, refreshSession } from "../live";
import { Busy, Empty, Fault } from "../parts/Notice";
import { Picture } from "../parts/Picture";
import { go, href } from "../route";
import type { Agreement, Clash, Doubt, Session } from "../types";
import { count, percent } from "../words";

/** Answers that contradict each other, or all others. They block nothing: the groups stay as most answers say. */
export function Clashes({ session }: { session: Session }) {
  const client = useQueryClient();
  const [said, setSaid] = useState("");
  const { data, error, isPending } = useQuery({
    queryKey: keyOf(session.name, "clashes"),
    queryFn: () => getClashes(session.name),
  });
  const doubts = useQuery({
    queryKey: keyOf(session.name, "doubts"),
    queryFn: () => getDoubts(session.name),
  });
  const agreement = useQuery({
    queryKey: keyOf(session.name, "agreement"),
    queryFn: () => getAgreement(session.name),
  });
  const retract = useMutation({
    mutationFn: (answer: string) => retractAnswer(session.name, answer, annotator()),
    onMutate: () => setSaid("Taking it back …"),
    onSuccess: ({ words }) => {
      setSaid(`Taken back: ${words}`);
      return refreshSession(client, session.name);
    },
    onError: (fault) => setSaid(fault.message),
  });
  const reask = useMutation({
    mutationFn: (answer: string) => reaskAnswer(session.name, answer, annotator()),
    onMutate: () => setSaid("Opening that question again …"),
    onSuccess: (question) => {
      client.setQueryData(keyOf(session.name, "handed"), question);
      go(href(session.name, "ask"));
    },
    onError: (fault) => setSaid(fault.message),
  });
  const busy = retract.isPending || reask.isPending;

  return (
    <div className="clashes">
      <h1>Clashes</h1>
      <p className="quiet">
        Answers that cannot all be right. Nothing waits for you here; each one you solve makes the groups a little
        better.
      </p>
      <p role="status" className="said">
        {said}
      </p>
      {isPending && <Busy>Looking for answers that contradict each other …</Busy>}
      {error && <Fault fault={error} />}
      {data?.length === 0 && <Empty title="No clash">Everything you said fits together.</Empty>}
      {data?.map((clash) => (
        <One
          key={clash.id ?? clash.steps.map((step) => step.answer).join(" ")}
          clash={clash}
          clashes={data.length}
          busy={busy}
          onRetract={(answer) => retract.mutate(answer)}
          onReask={(answer) => reask.mutate(answer)}
        />
      ))}
      {doubts.error && <Fault fault={doubts.error} />}
      {doubts.data && doubts.data.length > 0 && (
        <section aria-labelledby="doubts">
          <h2 id="doubts">Doubtful answers</h2>
          <p className="quiet">All that you said besides speaks against these, so they count for little. Are they right?</p>
          <ol className="path">
            {doubts.data.map((doubt) => (
              <Doubted
                key={doubt.answer}
                doubt={doubt}
                named={agreement.data !== undefined && agreement.data.length > 0}
                busy={busy}
                onRetract={(answer) => retract.mutate(answer)}
                onReask={(answer) => reask.mutate(answer)}
              />
            ))}
          </ol>
        </section>
      )}
      {agreement.error && <Fault fault={agreement.error} />}
      {agreement.data && agreement.data.length > 0 && <People people={agreement.data} />}
    </div>
  );
}

/** How far people agree: nobody gets another's question, so it is what follows from answers that is compared. */
function People({ people }: { people: Agreement[] }) {
  return (
    <section aria-labelledby="people">
      <h2 id="people">Who agrees</h2>
      <p className="quiet">Each person’s answers, held against what follows from the answers of all others.</p>
      <ul className="people">
        {people.map(({ annotator, compared, disagreed }) => (
          <li key={annotator}>
            <b>{annotator || "nobody named"}</b>:{" "}
            {compared === 0
              ? "nothing follows from the others yet"
              : `the others bear out ${compared - disagreed.length} of ${count(compared, "answer")}`}
            {disagreed.length > 0 && (
              <ul>
                {disagreed.map(({ answer, words }) => (
                  <li key={answer}>contradicted: {words}</li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface DoubtedProps extends Choices {
  doubt: Doubt;
  /** Whether to say whose it is, as where several people answered. */
  named: boolean;
}

/** One answer with what it is about; the first picture is the item asked about. */
function Doubted({ doubt, named, busy, onRetract, onReask }: DoubtedProps) {
  const { answer, annotator, words, right, items } = doubt;
  return (
    <li className="doubt">
      <span className="ends">
        {items.slice(0, 2).map((item) => (
          <Picture key={item.row} item={item} size={128} />
        ))}
      </span>
      <span className="words">
        {words}{" "}
        <span className="quiet">
          · right with {percent(right)}
          {named && ` · ${annotator || "nobody named"}`}
        </span>
      </span>
      <span className="row">
        <button disabled={busy} onClick={() => onReask(answer)} aria-label={`Ask again: ${words}`}>
          Ask again
        </button>
        <button disabled={busy} onClick={() => onRetract(answer)} aria-label={`Take back: ${words}`}>
          Take back
        </button>
      </span>
    </li>
  );
}

interface Choices {
  busy: boolean;
  onRetract: (answer: string) => void;
  onReask: (answer: string) => void;
}

interface OneProps extends Choices {
  clash: Clash;
  /** How many there are in all. */
  clashes: number;
}

/** The path from the first item to the last, each step an answer; the last step says the opposite. */
function One({ clash, clashes, busy, onRetract, onReask }: OneProps) {
  const { items, steps, sentence, at_stake } = clash;
  return (
    <section className="clash">
      <h2>{sentence}</h2>
      <ol className="path">
        {steps.map((step, place) => {
          const from = items[place];
          const to = items[(place + 1) % items.length];
          const apart = step.together === false || place === items.length - 1;
          return (
            <li key={`${step.answer} ${place}`} className={apart ? "apart" : "together"}>
              <span className="ends">
                {from && <Picture item={from} size={128} />}
                <span className="link">{apart ? "apart" : "together"}</span>
                {to && <Picture item={to} size={128} />}
              </span>
              <span className="words">
                {step.words}
                {step.settles > 0 && (
                  <span className="quiet">
                    {" "}
                    · without it {step.settles} of {clashes} clashes end
                  </span>
                )}
              </span>
              <span className="row">
                {/* What was declared (d3) and not asked cannot be asked again. */}
                {!step.answer.startsWith("d") && (
                  <button disabled={busy} onClick={() => onReask(step.answer)} aria-label={`Ask again: ${step.words}`}>
                    Ask again
                  </button>
                )}
                <button disabled={busy} onClick={() => onRetract(step.answer)} aria-label={`Take back: ${step.words}`}>
                  Take back
                </button>
              </span>
            </li>
          );
        })}
      </ol>
      <p className="quiet">
        {count(steps.length, "answer")}, of which at least one is not as you mean it. {count(at_stake, "item")} hang
        on it.
      </p>
    </section>
  );
}
