/** Answers not yet confirmed, in the browser's storage: one entry each, so that two tabs overwrite none. */

import type { Question } from "./types";

export interface Answer {
  question: Question;
  choice: string;
  seconds: number;
}

export class Unsent {
  private readonly prefix: string;
  private answers: Answer[];

  constructor(session: string, annotator: string) {
    this.prefix = `clusteer:unsent:${session}:${annotator}:`;
    this.answers = this.stored();
  }

  all(): readonly Answer[] {
    return this.answers;
  }

  first(): Answer | undefined {
    return this.answers[0];
  }

  add(answer: Answer): void {
    this.answers = [...this.answers.filter(({ question }) => question.id !== answer.question.id), answer];
    try {
      const entry = { ...answer, at: Date.now() };
      localStorage.setItem(this.prefix + answer.question.id, JSON.stringify(entry));
    } catch {
      // Storage is full or forbidden: the answer is still kept in memory and sent.
    }
  }

  remove(answer: Answer): void {
    this.answers = this.answers.filter((other) => other !== answer);
    localStorage.removeItem(this.prefix + answer.question.id);
  }

  private stored(): Answer[] {
    const found: (Answer & { at: number })[] = [];
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith(this.prefix))) {
      try {
        found.push(JSON.parse(localStorage.getItem(key) ?? "") as Answer & { at: number });
      } catch {
        localStorage.removeItem(key);
      }
    }
    return found.sort((a, b) => a.at - b.at).map(({ question, choice, seconds }) => ({ question, choice, seconds }));
  }
}
