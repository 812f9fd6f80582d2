/** What the studio's HTTP API sends and takes. A row is an item's number in its session, given once and for good. */

export interface Health {
  version: string;
  root?: string;
  datasets?: string[];
  encoders?: string[];
}

export type SourceKind = "folder" | "texts" | "features" | "dataset";

export interface SessionLine {
  name: string;
  images: string;
  kind: "images" | "texts" | "features";
  items: number;
  gone: number;
  groups: number;
  answers: number;
  changed: string;
  cover: number[];
  cover_texts?: string[];
}

export interface NewSession {
  name: string;
  source: { kind: SourceKind; path?: string; name?: string; column?: string; split?: string };
  encoder?: string;
  criterion?: string;
  words?: string;
  clusters?: number;
  budget?: number;
}

/** Words for a criterion, and where they are from. */
export interface Words {
  words: string[];
  source: string;
}

export interface Job {
  id: string;
  kind: "create" | "export" | "fit";
  session: string;
  state: "running" | "done" | "failed" | "cancelled" | "died";
  what: string;
  done: number;
  total: number;
  seconds_left: number | null;
  error: string | null;
  result: {
    session?: string;
    folder?: string;
    files?: string[];
    missing?: number;
    skipped?: number;
    method?: Deep;
    answers?: number;
  } | null;
}

/** Methods that train a network for minutes. */
export type Deep = "dcc" | "idec" | "spherepair" | "adc" | "idc" | "pcl";

/** What a deep method was trained on last. */
export interface Fit {
  method: Deep;
  answers: number;
  at: string;
}

export interface Folders {
  path: string;
  parent: string | null;
  folders: { name: string; path: string }[];
  files: { name: string; path: string; kind: string }[];
  pictures: number;
}

export interface Group {
  number: number;
  name: string | null;
  colour: string | null;
  size: number;
  exemplars: number[];
  confidence: number | null;
}

export interface Session {
  name: string;
  kind: "images" | "texts" | "features";
  items: number;
  gone: number;
  encoder: string;
  method: string;
  strategy: string;
  answers: number;
  shown: number;
  open: number;
  skipped: number;
  unsure: number;
  /** Answers about items drawn at random. */
  audited: number;
  budget: number | null;
  pace: { answers: number; seconds: number };
  groups: Group[];
  conflicts: number;
  round_answers: number;
  ledger: number;
  version: string | number;
  /** Whether the grouping is behind the answers. */
  computing?: boolean;
  /** Why the grouping could not be brought up to date; empty where it could. */
  trouble?: string;
}

export interface Item {
  row: number;
  id: string;
  text?: string | null;
  picture: string | null;
  group: number | null;
  confidence: number | null;
  human: boolean;
}

export interface Option {
  group: number | null;
  name: string | null;
  items: Item[];
}

export type Kind = "same" | "member" | "nearer" | "difficulty" | "page";

export interface Question {
  id: string;
  kind: Kind;
  items: Item[];
  options: Option[];
  pages: number;
  exhaustive: boolean;
  why: string;
  known: string[];
  choices: string[];
}

export interface Questions {
  questions: Question[];
  note?: string | null;
}

export interface Told {
  answer: string;
  ledger: number;
}

export interface Undone {
  answer: string;
  words: string;
  question?: Question | null;
}

export interface AnswerLine {
  id: string;
  kind: string;
  words: string;
  annotator: string;
  source: string;
  at: string;
  seconds: number | null;
  rows: number[];
}

export interface ItemDetail extends Item {
  why: string;
  /** Items that speak most for where it is. */
  evidence?: Item[];
  answers?: AnswerLine[];
}

export type Filter = "uncertain" | "changed" | "human" | "gone";
export type Sort = "confidence" | "-confidence" | "id";

export interface ItemQuery {
  group?: number | undefined;
  search?: string | undefined;
  filter?: Filter | undefined;
  sort?: Sort | undefined;
  offset?: number;
  limit?: number;
  rows?: number[];
}

export interface Items {
  total: number;
  items: Item[];
}

export type Edit =
  | { kind: "merge"; groups: [number, number] }
  | { kind: "move"; items: number[]; to: number | "new" }
  | { kind: "split"; items: number[] }
  | { kind: "together" | "apart"; items: [number, number] }
  | { kind: "page"; group: number; items: number[]; outside: number[] };

export interface Edited {
  answers: string[];
  ledger: number;
}

export interface MapState {
  state: "ready" | "computing" | "failed";
  sentence?: string;
  done?: number;
  total?: number;
}

export interface Points {
  /** Alternating x and y, 2 n. */
  places: Float32Array;
  /** Group of each row; -1 where the item is gone. */
  group: Int16Array;
  /** 0 to 255. */
  confidence: Uint8Array;
  /** 1 where the item moved. */
  changed: Uint8Array;
}

export interface Move {
  item: Item;
  from: number | null;
  to: number | null;
  because: string[];
}

export interface Changes {
  moves: Move[];
  total: number;
  since?: number;
  upto?: number;
}

export interface Clash {
  id?: string;
  items: Item[];
  steps: { answer: string; words: string; together?: boolean; settles: number }[];
  sentence: string;
  at_stake: number;
}

/** An answer that is more likely wrong than right, whose it is, and the items it is about. */
export interface Doubt {
  answer: string;
  annotator: string;
  words: string;
  right: number;
  items: Item[];
}

/** A share of items, the interval that holds 95 % of its posterior, and the answers it rests on. */
export interface Share {
  value: number;
  low: number;
  high: number;
  answers: number;
}

/** How many items are in the right group: of all, and of each group by its number. */
export interface Sureness {
  whole: Share;
  groups: Record<number, Share>;
}

/** How one person's answers compare with what those of all others imply, and those that they contradict. */
export interface Agreement {
  annotator: string;
  compared: number;
  disagreed: { answer: string; words: string }[];
}

export interface StudioEvent {
  version: string | number;
  ledger: number;
  round_answers: number;
}
