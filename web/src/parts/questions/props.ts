import type { Action } from "../../keys";
import type { Group, Question } from "../../types";

export interface QuestionProps {
  question: Question;
  /** Groups of the session, for their names and colours. */
  groups: readonly Group[];
  /** Which nine options are on screen, from 0. */
  page: number;
  /** Places (from 0) of a page that were clicked out. */
  out: ReadonlySet<number>;
  act: (action: Action) => void;
}
