/**
 * The questions of one sitting: one on screen, some fetched ahead, and the answers the studio has not yet confirmed.
 *
 * An answer paints the next question at once. It is kept in the browser's storage until the studio says it is on disk,
 * so that neither a lost connection nor a reload loses it.
 */

import { askQuestions, Refused, tellAnswer, undoLast, Unreachable } from "./api";
import { fetchPictures } from "./pictures";
import type { Question } from "./types";
import { type Answer, Unsent } from "./unsent";

/** Questions at hand: the one on screen and those ahead. More would be chosen from an older clustering. */
const AT_HAND = 3;
const MOST_ASKED = 5;
const FIRST_WAIT = 500;
const LONGEST_WAIT = 8_000;

export interface Sitting {
  question: Question | null;
  ahead: readonly Question[];
  /** Answers not yet confirmed to be on disk. */
  unsent: number;
  lost: boolean;
  /** True while nothing is on screen because the studio has not yet said whether there is anything to ask. */
  choosing: boolean;
  /** What was said last: saved, taken back, refused; or why nothing is asked. */
  said: string;
  refused: boolean;
}

export class Asking {
  private state: Sitting = {
    question: null,
    ahead: [],
    unsent: 0,
    lost: false,
    choosing: true,
    said: "",
    refused: false,
  };
  private readonly listeners = new Set<() => void>();
  private readonly unsent: Unsent;
  /** Questions answered here: the studio may still offer them until it has the answer. */
  private readonly told = new Set<string>();
  private shownAt = performance.now();
  private pumping: Promise<void> | null = null;
  private wait = FIRST_WAIT;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stopped = true;

  constructor(
    readonly session: string,
    readonly annotator: string,
    first: Question | null = null,
  ) {
    this.unsent = new Unsent(session, annotator);
    for (const answer of this.unsent.all()) this.told.add(answer.question.id);
    this.state = { ...this.state, unsent: this.unsent.all().length };
    if (first) this.put(first);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly sitting = (): Sitting => this.state;

  start(): void {
    this.stopped = false;
    window.addEventListener("online", this.retry);
    document.addEventListener("visibilitychange", this.resume);
    void this.pump();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    window.removeEventListener("online", this.retry);
    document.removeEventListener("visibilitychange", this.resume);
  }

  /** Answer the question on screen and show the next. */
  answer(choice: string): void {
    const { question, ahead } = this.state;
    if (!question) return;
    const seconds = Math.round((performance.now() - this.shownAt) / 100) / 10;
    this.told.add(question.id);
    this.unsent.add({ question, choice, seconds });
    // This answer opens a group that questions fetched before do not offer: "none" would say too much there.
    const opens = question.exhaustive && choice === "none";
    const fitting = opens ? ahead.filter((other) => !other.exhaustive) : ahead;
    const choosing = fitting.length === 0;
    this.show(fitting[0] ?? null, fitting.slice(1), { said: "", refused: false, choosing });
    void this.pump();
  }

  /** Take the last answer back and show its question again. */
  async undo(): Promise<void> {
    this.set({ said: "Taking the last answer back …", refused: false });
    while (this.unsent.first() && !this.state.lost) await this.pump();
    if (this.state.lost) {
      this.takeBackUnsent();
      return;
    }
    try {
      const undone = await undoLast(this.session, this.annotator);
      if (undone.question) this.put(undone.question);
      this.set({ said: `Taken back: ${undone.words}`, refused: false });
      void this.pump();
    } catch (fault) {
      this.fault(fault, "That was not taken back; press u again when the connection is there.");
    }
  }

  /** While the connection is lost only an answer that waits for it can be taken back; the studio never hears of it. */
  private takeBackUnsent(): void {
    const waiting = this.unsent.all().at(-1);
    if (!waiting) {
      this.set({ said: "Nothing can be taken back until the connection is there again.", refused: false });
      return;
    }
    this.unsent.remove(waiting);
    this.put(waiting.question);
    this.set({ said: "Taken back before it was sent.", refused: false });
  }

  /** Show a question now; the one on screen comes after it. */
  put(question: Question): void {
    this.told.delete(question.id);
    const { question: current, ahead } = this.state;
    const rest = [...(current ? [current] : []), ...ahead].filter((other) => other.id !== question.id);
    fetchPictures(question);
    this.show(question, rest, {});
  }

  /** Ask again whether there is something to ask: the clustering has changed. */
  refresh(): void {
    if (!this.state.question && !this.state.choosing) void this.pump();
  }

  readonly retry = (): void => {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.stopped) void this.pump();
  };

  private readonly resume = (): void => {
    // The time a person was elsewhere is not the time the answer took.
    if (document.visibilityState === "visible") this.shownAt = performance.now();
  };

  /** Send what waits, in order, then fetch questions; one run at a time, and again if more came meanwhile. */
  private pump(): Promise<void> {
    this.pumping ??= this.run().finally(() => {
      this.pumping = null;
      // An answer that came after the last look must not wait for the next key.
      if (!this.stopped && !this.state.lost && this.state.unsent) void this.pump();
    });
    return this.pumping;
  }

  private async run(): Promise<void> {
    try {
      for (let answer = this.unsent.first(); answer; answer = this.unsent.first()) await this.send(answer);
      await this.fill();
      this.wait = FIRST_WAIT;
      this.set({ lost: false });
    } catch (fault) {
      this.fault(fault);
    }
  }

  private async send(answer: Answer): Promise<void> {
    const { question, choice, seconds } = answer;
    try {
      await tellAnswer(this.session, { question: question.id, choice, annotator: this.annotator, seconds });
    } catch (fault) {
      if (!(fault instanceof Refused) || fault.status >= 500) throw fault;
      // It will never be taken: say so, and do not hold up the answers behind it.
      this.unsent.remove(answer);
      this.set({ unsent: this.unsent.all().length, said: `An answer was refused: ${fault.message}`, refused: true });
      return;
    }
    this.unsent.remove(answer);
    const unsent = this.unsent.all().length;
    this.set({ unsent, lost: false, ...(unsent ? {} : { said: this.state.refused ? this.state.said : "Saved." }) });
  }

  private async fill(): Promise<void> {
    const wanted = Math.min(MOST_ASKED, AT_HAND + this.unsent.all().length);
    const { questions, note } = await askQuestions(this.session, wanted, this.annotator);
    const { question } = this.state;
    const found = questions.filter(({ id }) => !this.told.has(id) && id !== question?.id);
    found.forEach(fetchPictures);
    if (question) this.set({ ahead: found, choosing: false });
    else if (found[0]) this.show(found[0], found.slice(1), { choosing: false });
    // Answers that came meanwhile are sent next, and then it is asked again.
    else this.set({ ahead: [], choosing: this.unsent.all().length > 0, said: note ?? "" });
  }

  private fault(fault: unknown, said?: string): void {
    const again = fault instanceof Unreachable || (fault instanceof Refused && fault.status >= 500);
    const sentence = said ?? (fault instanceof Error ? fault.message : String(fault));
    this.set({ lost: again, said: sentence, refused: !again, choosing: false });
    if (!again || this.stopped || this.timer !== undefined) return;
    this.timer = setTimeout(this.retry, this.wait);
    this.wait = Math.min(LONGEST_WAIT, 2 * this.wait);
  }

  private show(question: Question | null, ahead: readonly Question[], change: Partial<Sitting>): void {
    if (question !== this.state.question) this.shownAt = performance.now();
    this.set({ ...change, question, ahead });
  }

  private set(change: Partial<Sitting>): void {
    this.state = { ...this.state, unsent: this.unsent.all().length, ...change };
    for (const listener of this.listeners) listener();
  }
}
