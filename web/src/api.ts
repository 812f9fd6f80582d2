/** One function per endpoint of the studio's HTTP API. */

import type {
  Agreement,
  AnswerLine,
  Changes,
  Clash,
  Deep,
  Doubt,
  Edit,
  Edited,
  Fit,
  Folders,
  Health,
  Item,
  ItemDetail,
  ItemQuery,
  Items,
  Job,
  MapState,
  NewSession,
  Words,
  Points,
  Question,
  Questions,
  Session,
  SessionLine,
  Sureness,
  Told,
  Undone,
} from "./types";

/** The studio answered, and refused; `message` is its sentence. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    sentence: string,
  ) {
    super(sentence);
  }
}

/** No answer came: the studio is stopped, or the connection is gone. */
export class Unreachable extends Error {
  constructor() {
    super("The studio does not answer. Is it still running?");
  }
}

const PATIENCE = 20_000;

async function request(method: string, path: string, body?: unknown): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(address(path), {
      method,
      signal: AbortSignal.timeout(PATIENCE),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
    });
  } catch {
    throw new Unreachable();
  }
  if (response.ok) return response;
  throw new Refused(response.status, await sentenceOf(response));
}

async function sentenceOf(response: Response): Promise<string> {
  try {
    const { detail } = (await response.json()) as { detail: unknown };
    if (typeof detail === "string") return detail;
    // What pydantic refuses comes as a list of faults.
    if (Array.isArray(detail)) return detail.map((fault: { msg?: string }) => fault.msg ?? "").join("; ");
  } catch {
    // Not JSON: a proxy's page, or a fault of the server itself.
  }
  return `The studio answered ${response.status} ${response.statusText}.`;
}

async function json<T>(method: string, path: string, body?: unknown): Promise<T> {
  const response = await request(method, path, body);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** Addresses are relative to the page, so that it works behind any prefix. */
function address(path: string): string {
  return new URL(`api/${path}`, document.baseURI).href;
}

function query(values: Record<string, string | number | undefined>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== "");
  return given.length ? `?${new URLSearchParams(given.map(([key, value]) => [key, String(value)]))}` : "";
}

const of = (session: string): string => `sessions/${encodeURIComponent(session)}`;

export const getHealth = () => json<Health>("GET", "health");
export const getSessions = () => json<SessionLine[]>("GET", "sessions");
export const createSession = (wanted: NewSession) => json<Job>("POST", "sessions", wanted);
export const getWords = (criterion: string) => json<Words>("GET", `words${query({ criterion })}`);
export const getJobs = () => json<Job[]>("GET", "jobs");
export const cancelJob = (id: string) => json<Job | undefined>("DELETE", `jobs/${encodeURIComponent(id)}`);
export const getFolders = (path?: string) => json<Folders>("GET", `folders${query({ path })}`);

export const getSession = (session: string) => json<Session>("GET", of(session));

export const askQuestions = (session: string, n: number, annotator: string) =>
  json<Questions>("POST", `${of(session)}/questions`, { n, annotator });

/** Open questions about items drawn at random; they come next. */
export const openAudit = (session: string, annotator: string) =>
  json<{ open: number }>("POST", `${of(session)}/audit`, { annotator });

export const getSureness = (session: string) => json<Sureness | null>("GET", `${of(session)}/sureness`);

export const tellAnswer = (
  session: string,
  answer: { question: string; choice: string; annotator: string; seconds: number },
) => json<Told>("POST", `${of(session)}/answers`, answer);

export const getAnswers = (session: string, limit: number) =>
  json<AnswerLine[]>("GET", `${of(session)}/answers${query({ limit })}`);

export const undoLast = (session: string, annotator: string) =>
  json<Undone>("DELETE", `${of(session)}/answers/last${query({ annotator })}`);

export const retractAnswer = (session: string, answer: string, annotator: string) =>
  json<Undone>("DELETE", `${of(session)}/answers/${encodeURIComponent(answer)}${query({ annotator })}`);

export const getItems = (session: string, { rows, ...wanted }: ItemQuery) =>
  json<Items>("GET", `${of(session)}/items${query({ ...wanted, rows: rows?.join(",") })}`);

export const getItem = (session: string, row: number) => json<ItemDetail>("GET", `${of(session)}/items/${row}`);

export const changeGroup = (
  session: string,
  group: number,
  change: { name?: string; colour?: string },
  annotator: string,
) => json<unknown>("PATCH", `${of(session)}/groups/${group}`, { ...change, annotator });

export const makeEdit = (session: string, edit: Edit, annotator: string) =>
  json<Edited>("POST", `${of(session)}/edits`, { ...edit, annotator });

export const getMap = (session: string) => json<MapState>("GET", `${of(session)}/map`);

/** Layout of the bytes, for n rows: (n, 2) float32, n int16, n uint8, n uint8, little-endian; 12 n in all. */
export async function getPoints(session: string, since?: number): Promise<Points> {
  const bytes = await (await request("GET", `${of(session)}/map/points${query({ since })}`)).arrayBuffer();
  const n = bytes.byteLength / 12;
  if (!Number.isInteger(n))
    throw new Refused(200, `The map came with ${bytes.byteLength} bytes, which is no whole map.`);
  return {
    places: new Float32Array(bytes, 0, 2 * n),
    group: new Int16Array(bytes, 8 * n, n),
    confidence: new Uint8Array(bytes, 10 * n, n),
    changed: new Uint8Array(bytes, 11 * n, n),
  };
}

export const getChanges = (session: string, since?: number) =>
  json<Changes>("GET", `${of(session)}/changes${query({ since })}`);

export const getClashes = (session: string) => json<Clash[]>("GET", `${of(session)}/clashes`);

export const getDoubts = (session: string) => json<Doubt[]>("GET", `${of(session)}/doubts`);

export const getAgreement = (session: string) => json<Agreement[]>("GET", `${of(session)}/agreement`);

export const reaskAnswer = (session: string, answer: string, annotator: string) =>
  json<Question>("POST", `${of(session)}/clashes/reask`, { answer, annotator });

export const getFits = (session: string) => json<Fit[]>("GET", `${of(session)}/fits`);

export const fitSession = (session: string, method: Deep) => json<Job>("POST", `${of(session)}/fits`, { method });

export const exportSession = (session: string, wanted: { to?: string; folders: boolean; method?: Deep }) =>
  json<Job>("POST", `${of(session)}/exports`, wanted);

/** Where the events of a session come from; a plain address, as the browser opens the socket itself. */
export function eventsAddress(session: string): string {
  return address(`${of(session)}/events`).replace(/^http/, "ws");
}

/** Sizes are few, so that pictures asked for in one place are at hand in another. */
export type PictureSize = 128 | 256 | 512 | 1024;

export function pictureOf(item: Pick<Item, "picture">, size: PictureSize): string | null {
  return item.picture && `${item.picture}${item.picture.includes("?") ? "&" : "?"}size=${size}`;
}

export function pictureOfRow(session: string, row: number, size: PictureSize): string {
  return address(`${of(session)}/pictures/${row}?size=${size}`);
}
