import { useState } from "react";
import { type Action, actionFor, PAGE, pageChoice, useKeys } from "../keys";
import type { Group, Kind, Question } from "../types";
import { Key } from "./Key";
import { Difficulty } from "./questions/Difficulty";
import { Member } from "./questions/Member";
import { Nearer } from "./questions/Nearer";
import { Same } from "./questions/Same";
import { Sheet } from "./questions/Sheet";
import { Zoom } from "./Zoom";

const VIEWS = { same: Same, member: Member, nearer: Nearer, difficulty: Difficulty, page: Sheet } as const;

export const PROMPTS: Record<Kind, string> = {
  same: "Do these two belong together?",
  member: "Which group does this belong to?",
  nearer: "Which of the two is it closer to?",
  difficulty: "Is this a clear case?",
  page: "Click what does not belong",
};

interface Props {
  question: Question;
  groups: readonly Group[];
  onAnswer: (choice: string) => void;
  onUndo: () => void;
}

/** One question and its keys. It is mounted anew for each question, so nothing of the last one stays. */
export function Asked({ question, groups, onAnswer, onUndo }: Props) {
  const [page, setPage] = useState(0);
  const [out, setOut] = useState<ReadonlySet<number>>(new Set());
  const [enlarged, setEnlarged] = useState<number | null>(null);

  const act = (action: Action) => {
    switch (action.do) {
      case "choose":
        return onAnswer(action.choice);
      case "confirm":
        return onAnswer(pageChoice(out));
      case "toggle":
        return setOut((before) => toggled(before, action.place));
      case "more":
        return setPage((before) => (before + 1) % Math.max(1, Math.ceil(question.options.length / PAGE)));
      case "enlarge":
        return setEnlarged(action.place);
      case "undo":
        return onUndo();
    }
  };

  useKeys((key) => {
    const action = enlarged === null ? actionFor(question, page, key) : null;
    if (action) act(action);
    return action !== null;
  });

  const View = VIEWS[question.kind];
  return (
    <article className={`asked-${question.kind}`} data-question={question.id} data-kind={question.kind}>
      <h1>{PROMPTS[question.kind]}</h1>
      <p className="why">{question.why}</p>
      <View question={question} groups={groups} page={page} out={out} act={act} />
      {question.known.length > 0 && (
        <ul className="known" aria-label="What is known already">
          {question.known.map((words) => (
            <li key={words}>{words}</li>
          ))}
        </ul>
      )}
      <div className="always">
        <Key name="space" onPress={() => onAnswer("skip")}>
          Skip
        </Key>
        <Key name="?" onPress={() => onAnswer("unsure")}>
          Nobody can tell
        </Key>
        <Key name="u" onPress={onUndo}>
          Undo
        </Key>
        <Key name={question.kind === "page" ? "⇧+letter" : "z"} onPress={() => setEnlarged(0)}>
          Larger
        </Key>
      </div>
      {enlarged !== null && <Zoom items={question.items} start={enlarged} onClose={() => setEnlarged(null)} />}
    </article>
  );
}

function toggled(before: ReadonlySet<number>, place: number): Set<number> {
  const after = new Set(before);
  if (!after.delete(place)) after.add(place);
  return after;
}
