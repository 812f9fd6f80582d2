import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import axe from "axe-core";
import { describe, expect, it, vi } from "vitest";
import { App } from "../src/App";
import type { Edit, Job, Points } from "../src/types";
import { item, question, session, Studio } from "./studio";

// WebGL is not to be had here; the browser's tests draw the map. What it is given is checked in map.test.ts.
vi.mock("../src/parts/Scatter", () => ({
  Scatter: ({ points, onSelect }: { points: Points; onSelect: (rows: number[]) => void }) => (
    <button onClick={() => onSelect([1, 4, 2])}>draw around three of {points.group.length}</button>
  ),
}));

const job = (more: Partial<Job> = {}): Job => ({
  id: "j1",
  kind: "create",
  session: "garden",
  state: "running",
  what: "Encoding pictures",
  done: 30,
  total: 100,
  seconds_left: 120,
  error: null,
  result: null,
  ...more,
});

function points(n: number): Response {
  const bytes = new ArrayBuffer(12 * n);
  new Float32Array(bytes, 0, 2 * n).set(Array.from({ length: 2 * n }, (_, place) => place));
  new Int16Array(bytes, 8 * n, n).set(Array.from({ length: n }, (_, row) => row % 3));
  return new Response(bytes);
}

function open(hash: string, studio = new Studio([question("q1")])): Studio {
  const line = { name: "inks", images: "inks", kind: "images", items: 30, gone: 0, groups: 3, answers: 5 };
  const moves = [{ item: item(3), from: 0, to: 1, because: ["3 belongs with group 1"] }];
  const clash = {
    id: "c1",
    items: [item(1), item(2), item(3)],
    steps: [
      { answer: "a1", words: "1 and 2 are the same", together: true, settles: 0 },
      { answer: "a2", words: "2 and 3 are the same", together: true, settles: 1 },
      { answer: "a3", words: "3 and 1 are different", together: false, settles: 0 },
    ],
    sentence: "By two answers 1 and 3 belong together; by a third they do not.",
    at_stake: 12,
  };
  const routes: Studio["routes"] = {
    "GET health": () => ({ version: "1", root: "/home/anna", datasets: ["inks"], encoders: [] }),
    "GET sessions": () => [{ ...line, changed: "2026-01-01T00:00:00Z", cover: [1, 2, 3, 4] }],
    "GET jobs": () => [
      job(),
      job({ id: "j2", kind: "export", session: "inks", state: "done", result: { folder: "/out", files: ["a", "b"] } }),
    ],
    "GET folders": () => ({
      path: "/home/anna",
      parent: null,
      folders: [{ name: "trip", path: "/home/anna/trip" }],
      files: [],
      pictures: 7,
    }),
    "GET sessions/inks": () => session(),
    "GET sessions/inks/items": ({ search }: { search: URLSearchParams }) => {
      const rows = search.get("rows")?.split(",").map(Number) ?? Array.from({ length: 30 }, (_, row) => row);
      return { total: rows.length, items: rows.map((row) => item(row)) };
    },
    "GET sessions/inks/items/3": () => ({ ...item(3), why: "It lies among your Ones.", answers: [] }),
    "GET sessions/inks/map": () => ({ state: "ready", n: 30 }),
    "GET sessions/inks/map/points": () => points(30),
    "GET sessions/inks/changes": () => ({ moves, total: 1 }),
    "GET sessions/inks/clashes": () => [clash],
    "GET sessions/inks/doubts": () => [],
    "GET sessions/inks/agreement": () => [],
    "GET sessions/inks/fits": () => [{ method: "dcc", answers: 120, at: "2026-01-01T00:00:00Z" }],
  };
  for (const [route, handler] of Object.entries(routes)) studio.on(route, handler);
  window.location.hash = hash;
  const client = new QueryClient({ defaultOptions: { queries: { retry: false, networkMode: "always" } } });
  render(
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>,
  );
  return studio;
}

/** Note what a route is sent, and answer it. */
function listen<T>(studio: Studio, route: string, answer: unknown): T[] {
  const heard: T[] = [];
  studio.on(route, ({ body }: { body: T }) => {
    heard.push(body);
    return answer;
  });
  return heard;
}

/** The items of the gallery. */
const things = async () => within(await screen.findByRole("listbox")).findAllByRole("option");

describe("each page", () => {
  it.each([
    ["#/", "inks", "Sessions"],
    ["#/?new=1", "What do you want to group?", "Sessions"],
    ["#/s/inks/ask", "Because.", "Do these two belong together?"],
    ["#/s/inks/groups?group=0", "Always together", "Groups"],
    ["#/s/inks/map", "draw around three of 30", "Map"],
    ["#/s/inks/changes", "3 belongs with group 1", "What changed"],
    ["#/s/inks/clashes", "3 and 1 are different", "Clashes"],
    ["#/s/inks/export", "constraints.jsonl", "Export"],
  ])("%s stands, and axe finds no fault in it", async (hash, words, heading) => {
    open(hash);
    if (hash.includes("groups")) {
      const [first, second] = await things();
      fireEvent.click(first!);
      fireEvent.click(second!);
    }
    expect((await screen.findAllByText(new RegExp(words.replace(/[?.]/g, "\\$&"))))[0]).toBeInTheDocument();
    expect(screen.getByRole("heading", { level: 1, name: heading })).toBeInTheDocument();
    // Colours are not computed here; their contrast is checked in the browser.
    const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
  });

  it("says the studio's own sentence where a session cannot be opened", async () => {
    open(
      "#/s/nope/ask",
      new Studio().on("GET sessions/nope", () =>
        Response.json({ detail: "There is no session 'nope'." }, { status: 404 }),
      ),
    );
    expect(await screen.findByRole("alert")).toHaveTextContent("There is no session 'nope'.");
  });
});

describe("how sure", () => {
  const share = (value: number) => ({ value, low: value - 0.1, high: value + 0.05, answers: 20 });
  const audited = () =>
    open("#/s/inks/ask")
      .on("GET sessions/inks", () => session({ answers: 40, audited: 20 }))
      .on("GET sessions/inks/sureness", () => ({ whole: share(0.8), groups: { 0: share(0.9), 1: share(0.7) } }));

  it("says how many items are in the right group, of all and of each group", async () => {
    audited();
    await userEvent.click(await screen.findByText("70 to 85 % in the right group"));
    const [ones, other] = within(screen.getByRole("list", { name: "By group" })).getAllByRole("listitem");
    expect(ones).toHaveTextContent("Ones 80 to 95 %");
    expect(other).toHaveTextContent("group 1 60 to 75 %");
    const { violations } = await axe.run(document.body, { rules: { "color-contrast": { enabled: false } } });
    expect(violations).toEqual([]);
  });

  it("asks about items drawn at random where nobody did", async () => {
    const studio = open("#/s/inks/ask").on("GET sessions/inks", () => session({ answers: 40 }));
    const wanted = listen(studio, "POST sessions/inks/audit", { open: 20 });
    await userEvent.click(await screen.findByText("How good are the groups?"));
    await userEvent.click(screen.getByRole("button", { name: "Ask twenty at random" }));
    expect(await screen.findByText("20 questions of yours come next.")).toBeInTheDocument();
    expect(wanted).toHaveLength(1);
    expect(studio.calls).not.toContain("GET sessions/inks/sureness");
  });

  it("says nothing before the first answer", async () => {
    open("#/s/inks/ask");
    await screen.findByText("Because.");
    expect(screen.queryByText("How good are the groups?")).toBeNull();
  });
});

describe("clashes", () => {
  it("say how much hangs on each, and which answer ends most", async () => {
    open("#/s/inks/clashes");
    expect(await screen.findByText(/12 items hang on it/)).toBeInTheDocument();
    expect(screen.getAllByText(/without it/)).toHaveLength(1);
    expect(screen.getByText(/without it 1 of 1 clashes end/)).toBeInTheDocument();
  });

  it.each([
    { people: ["ann", "bob"], words: "right with 20 % · bob" },
    { people: [], words: "right with 20 %" },
  ])("say whose a doubtful answer is where several people answered: $people", async ({ people, words }) => {
    open("#/s/inks/clashes")
      .on("GET sessions/inks/doubts", () => [
        { answer: "a2", annotator: "bob", words: "2 goes with 3", right: 0.2, items: [item(2), item(3)] },
      ])
      .on("GET sessions/inks/agreement", () =>
        people.map((annotator) => ({ annotator, compared: 1, disagreed: [] })),
      );
    const doubts = await screen.findByRole("region", { name: "Doubtful answers" });
    await waitFor(() => expect(within(doubts).getByText(/^· right with/)).toHaveTextContent(new RegExp(`${words}$`)));
  });

  it("say how far people agree, and which answers the others contradict", async () => {
    open("#/s/inks/clashes").on("GET sessions/inks/agreement", () => [
      { annotator: "ann", compared: 4, disagreed: [{ answer: "a3", words: "3 and 1 are different" }] },
      { annotator: "", compared: 0, disagreed: [] },
    ]);
    expect(await screen.findByText(/the others bear out 3 of 4 answers/)).toBeInTheDocument();
    expect(screen.getByText("contradicted: 3 and 1 are different")).toBeInTheDocument();
    expect(screen.getByText(/nothing follows from the others yet/)).toBeInTheDocument();
  });
});

describe("home", () => {
  it("tells how far an encoding is, and cancels it", async () => {
    const studio = open("#/");
    const making = await screen.findByRole("group", { name: "New session garden" });
    expect(making).toHaveTextContent("Encoding pictures …30 of 100, about 2 min left");
    studio.on("DELETE jobs/j1", () => job({ state: "cancelled" }));
    await userEvent.click(within(making).getByRole("button", { name: "Cancel" }));
    await waitFor(() => expect(studio.calls).toContain("DELETE jobs/j1"));
  });

  it("takes a criterion in words, suggests words for it, and lets them be edited", async () => {
    const studio = open("#/?new=1").on("GET words", () =>
      Response.json({ words: ["red", "blue"], source: "WordNet, kinds of color" }),
    );
    const wanted = listen(studio, "POST sessions", job());
    const user = userEvent.setup();
    await user.type(await screen.findByLabelText(/^Folder/), "fruit");
    expect(screen.queryByLabelText(/^Words/)).toBeNull();
    await user.type(screen.getByLabelText(/^Group by/), "by colour");
    await user.click(screen.getByRole("button", { name: "Suggest" }));
    const words = screen.getByLabelText(/^Words/);
    await waitFor(() => expect(words).toHaveValue("red, blue"));
    expect(screen.getByText("From WordNet, kinds of color.")).toBeInTheDocument();
    await user.type(words, ", green");
    await user.click(screen.getByRole("button", { name: "Start" }));
    await waitFor(() =>
      expect(wanted).toEqual([
        {
          name: "fruit",
          source: { kind: "folder", path: "fruit" },
          criterion: "by colour",
          words: "red, blue, green",
        },
      ]),
    );
  });

  it("starts a session from a browsed folder, called as the folder is", async () => {
    const studio = open("#/?new=1");
    const wanted = listen(studio, "POST sessions", job());
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: "Browse" }));
    await user.click(await screen.findByRole("button", { name: /trip/ }));
    await user.click(screen.getByRole("button", { name: "Start" }));
    expect(wanted).toEqual([{ name: "trip", source: { kind: "folder", path: "/home/anna/trip" } }]);
  });
});

describe("groups", () => {
  it("stores moves, splits and links as edits, by key", async () => {
    const studio = open("#/s/inks/groups?group=0");
    const edits = listen<Edit>(studio, "POST sessions/inks/edits", { answers: ["a1"], ledger: 1 });
    const user = userEvent.setup();
    const pick = async (...places: number[]) => {
      const options = await things();
      for (const place of places) await user.click(options[place]!);
    };
    await pick(0, 1);
    await user.keyboard("t");
    await pick(2, 3);
    await user.keyboard("a");
    await pick(4);
    await user.keyboard("n");
    await pick(5, 6);
    await user.keyboard("m");
    expect(screen.getByRole("dialog", { name: "Move 2 items to" })).toBeVisible();
    fireEvent.keyDown(screen.getByLabelText(/Part of its name/), { key: "2" }); // the second of the others
    await waitFor(() =>
      expect(edits).toEqual([
        { kind: "together", items: [0, 1], annotator: "me" },
        { kind: "apart", items: [2, 3], annotator: "me" },
        { kind: "split", items: [4], annotator: "me" },
        { kind: "move", items: [5, 6], to: 2, annotator: "me" },
      ]),
    );
    expect(await screen.findByText("2 items to group 2. Saved.")).toBeVisible();
  });

  it("selects with the arrow keys and space", async () => {
    open("#/s/inks/groups");
    await things();
    const list = screen.getByRole("listbox");
    for (const key of [" ", "ArrowRight", "ArrowRight"]) fireEvent.keyDown(list, { key });
    fireEvent.keyDown(list, { key: "ArrowRight", shiftKey: true });
    const chosen = within(list).getAllByRole("option", { selected: true });
    expect(chosen.map((option) => option.getAttribute("aria-posinset"))).toEqual(["1", "3", "4"]);
  });

  it("takes a dragged selection", async () => {
    const studio = open("#/s/inks/groups?group=0");
    const edits = listen<Edit>(studio, "POST sessions/inks/edits", { answers: ["a1"], ledger: 1 });
    const [first, second] = await things();
    fireEvent.click(first!);
    fireEvent.click(second!);
    const carried = new Map<string, string>();
    const dataTransfer = {
      setData: (kind: string, value: string) => carried.set(kind, value),
      getData: (kind: string) => carried.get(kind) ?? "",
      get types() {
        return [...carried.keys()];
      },
    };
    fireEvent.dragStart(second!, { dataTransfer });
    const target = screen.getByRole("link", { name: /group 1/ });
    fireEvent.dragOver(target, { dataTransfer });
    fireEvent.drop(target, { dataTransfer });
    await waitFor(() => expect(edits).toEqual([{ kind: "move", items: [0, 1], to: 1, annotator: "me" }]));
  });

  it("merges, renames and undoes", async () => {
    const studio = open("#/s/inks/groups?group=0");
    const edits = listen<Edit>(studio, "POST sessions/inks/edits", { answers: ["a1"], ledger: 1 });
    const names = listen(studio, "PATCH sessions/inks/groups/0", {});
    studio.on("DELETE sessions/inks/answers/last", () => ({ answer: "a1", words: "the merge" }));
    const user = userEvent.setup();
    const name = await screen.findByRole("textbox", { name: "Name of the group" });
    await user.clear(name);
    await user.type(name, "Units{Enter}");
    await user.click(screen.getByRole("button", { name: "Merge …" }));
    await user.click(within(screen.getByRole("dialog")).getByRole("button", { name: /group 2/ }));
    await waitFor(() => expect(edits).toEqual([{ kind: "merge", groups: [2, 0], annotator: "me" }]));
    expect(names).toEqual([{ name: "Units", annotator: "me" }]);
    expect(window.location.hash).toContain("group=2");
    await user.keyboard("u");
    expect(await screen.findByText("Taken back: the merge")).toBeVisible();
  });
});

describe("map", () => {
  it("asks a page about what the lasso took, least sure first", async () => {
    const studio = open("#/s/inks/map");
    const edits = listen<Edit>(studio, "POST sessions/inks/edits", { answers: ["a1"], ledger: 1 });
    const user = userEvent.setup();
    await user.click(await screen.findByRole("button", { name: /draw around/ }));
    // Rows 1 and 4 are in group 1, row 2 is in group 2.
    expect(await screen.findByRole("button", { name: "c: pictures/2.png, belongs" })).toBeVisible();
    const dialog = screen.getByRole("dialog", { name: "3 items chosen on the map" });
    fireEvent.keyDown(dialog.querySelector("[data-first]")!, { key: "c" });
    fireEvent.keyDown(dialog.querySelector("[data-first]")!, { key: "Enter" });
    await waitFor(() =>
      expect(edits).toEqual([{ kind: "page", group: 1, items: [1, 4, 2], outside: [2], annotator: "me" }]),
    );
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  });
});

describe("clashes", () => {
  it("takes an answer back with one click", async () => {
    const studio = open("#/s/inks/clashes");
    studio.on("DELETE sessions/inks/answers/a2", () => ({ answer: "a2", words: "2 and 3 are the same" }));
    await userEvent.click(await screen.findByRole("button", { name: "Take back: 2 and 3 are the same" }));
    expect(await screen.findByText("Taken back: 2 and 3 are the same")).toBeVisible();
  });

  it("asks an answer again, before anything else", async () => {
    const studio = open("#/s/inks/clashes");
    studio.on("POST sessions/inks/clashes/reask", () => question("q9", "same", { why: "You said so before." }));
    await userEvent.click(await screen.findByRole("button", { name: "Ask again: 1 and 2 are the same" }));
    expect(await screen.findByText("You said so before.")).toBeVisible();
    expect(document.querySelector("[data-question]")).toHaveAttribute("data-question", "q9");
  });
});

describe("export", () => {
  it("names the folder it wrote, and starts another", async () => {
    const studio = open("#/s/inks/export");
    const wanted = listen(studio, "POST sessions/inks/exports", job({ kind: "export" }));
    expect(await screen.findByText("/out")).toBeVisible();
    await userEvent.click(screen.getByRole("button", { name: "Export 30 items" }));
    await waitFor(() => expect(wanted).toEqual([{ folders: true }]));
  });

  it("shows an export that was started before it was known what is under way", async () => {
    const studio = open("#/s/inks/export");
    const exported = job({ kind: "export", session: "inks", state: "done", result: { folder: "/new", files: ["a"] } });
    // What is asked first was read before the export began, and is never told in time.
    let asked = 0;
    studio.on("GET jobs", () => (asked++ ? [exported] : new Promise(() => {})));
    studio.on("POST sessions/inks/exports", () => exported);
    await userEvent.click(await screen.findByRole("button", { name: "Export 30 items" }));
    expect(await screen.findByText("/new")).toBeInTheDocument();
  });

  it("exports the groups of a trained network where they are chosen", async () => {
    const studio = open("#/s/inks/export");
    const wanted = listen(studio, "POST sessions/inks/exports", job({ kind: "export" }));
    await userEvent.selectOptions(await screen.findByLabelText("Groups"), "dcc");
    await userEvent.click(screen.getByRole("button", { name: "Export 30 items" }));
    await waitFor(() => expect(wanted).toEqual([{ folders: true, method: "dcc" }]));
  });

  it("trains a network when it is told to", async () => {
    const studio = open("#/s/inks/export");
    const wanted = listen(studio, "POST sessions/inks/fits", job({ kind: "fit" }));
    await userEvent.click(await screen.findByText("Train a network on your answers"));
    await userEvent.selectOptions(screen.getByLabelText("Method"), "spherepair");
    await userEvent.click(screen.getByRole("button", { name: "Train" }));
    await waitFor(() => expect(wanted).toEqual([{ method: "spherepair" }]));
  });
});
