/** A studio in memory, behind `fetch`: small, but it keeps answers and forgets nothing it acknowledged. */

import { vi } from "vitest";
import type { Group, Item, Kind, Question, Session } from "../src/types";

export const item = (row: number, more: Partial<Item> = {}): Item => ({
  row,
  id: `pictures/${row}.png`,
  picture: `/api/sessions/inks/pictures/${row}?v=${row}`,
  group: row % 3,
  confidence: 0.5,
  human: false,
  ...more,
});

export const group = (number: number, more: Partial<Group> = {}): Group => ({
  number,
  name: null,
  colour: "#3366aa",
  size: 10,
  exemplars: [number],
  confidence: 0.9,
  ...more,
});

export function question(id: string, kind: Kind = "same", more: Partial<Question> = {}): Question {
  const option = (row: number) => ({ group: row % 3, name: null, items: [item(row)] });
  const parts: Record<Kind, Pick<Question, "items" | "options">> = {
    same: { items: [item(1), item(2)], options: [] },
    member: { items: [item(1)], options: Array.from({ length: 11 }, (_, place) => option(20 + place)) },
    nearer: { items: [item(1)], options: [option(2), option(3)] },
    difficulty: { items: [item(1)], options: [] },
    page: { items: [1, 2, 3, 4, 5].map((row) => item(row)), options: [option(6)] },
  };
  return { id, kind, ...parts[kind], pages: 1, exhaustive: true, why: "Because.", known: [], choices: [], ...more };
}

export const session = (more: Partial<Session> = {}): Session => ({
  name: "inks",
  kind: "images",
  items: 30,
  gone: 0,
  encoder: "lite2",
  method: "instant",
  strategy: "pages",
  answers: 0,
  shown: 0,
  open: 0,
  skipped: 0,
  unsure: 0,
  audited: 0,
  budget: 50,
  pace: { answers: 37, seconds: 372 },
  groups: [group(0, { name: "Ones" }), group(1), group(2)],
  conflicts: 1,
  round_answers: 0,
  ledger: 0,
  version: 0,
  ...more,
});

type Handler = (request: { path: string; search: URLSearchParams; body: never }) => unknown;

export class Studio {
  /** Answers on disk, as "question choice". */
  readonly told: string[] = [];
  readonly calls: string[] = [];
  questions: Question[];
  down = false;
  routes: Record<string, Handler> = {};

  constructor(questions: Question[] = []) {
    this.questions = questions;
    vi.stubGlobal("fetch", (address: string, init: RequestInit) => this.fetch(address, init));
  }

  on(route: string, handler: Handler): this {
    this.routes[route] = handler;
    return this;
  }

  private async fetch(address: string, init: RequestInit): Promise<Response> {
    const { pathname, searchParams } = new URL(address);
    const path = pathname.replace("/api/", "");
    const route = `${init.method} ${path}`;
    this.calls.push(route);
    await Promise.resolve();
    if (this.down) throw new TypeError("fetch failed");
    const body = (init.body ? JSON.parse(String(init.body)) : undefined) as never;
    const handler = this.routes[route] ?? this.asking(route);
    if (!handler) return Response.json({ detail: `There is no ${route}.` }, { status: 404 });
    const answer = await handler({ path, search: searchParams, body });
    return answer instanceof Response ? answer : Response.json(answer);
  }

  private asking(route: string): Handler | undefined {
    if (route === "POST sessions/inks/questions") {
      return ({ body }: { body: { n: number } }) => ({
        questions: this.questions.slice(0, body.n),
        note: "All is said.",
      });
    }
    if (route === "POST sessions/inks/answers") {
      return ({ body }: { body: { question: string; choice: string } }) => {
        this.questions = this.questions.filter(({ id }) => id !== body.question);
        this.told.push(`${body.question} ${body.choice}`);
        return { answer: `a${this.told.length}`, ledger: this.told.length };
      };
    }
    return undefined;
  }
}
