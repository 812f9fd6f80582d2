import { describe, expect, it } from "vitest";
import { actionFor, isForPage, LETTERS, pageChoice } from "../src/keys";
import { item, question } from "./studio";

const choice = (value: string) => ({ do: "choose", choice: value });

describe("keys that answer", () => {
  it("say the same as in the terminal", () => {
    expect(actionFor(question("q", "same"), 0, "s")).toEqual(choice("same"));
    expect(actionFor(question("q", "same"), 0, "d")).toEqual(choice("different"));
    expect(actionFor(question("q", "nearer"), 0, "2")).toEqual(choice("2"));
    expect(actionFor(question("q", "nearer"), 0, "3")).toBeNull();
    expect(actionFor(question("q", "difficulty"), 0, "e")).toEqual(choice("easy"));
    expect(actionFor(question("q", "difficulty"), 0, "h")).toEqual(choice("hard"));
  });

  it.each(["same", "member", "nearer", "difficulty", "page"] as const)(
    "skip, doubt and undo in a %s question",
    (kind) => {
      expect(actionFor(question("q", kind), 0, " ")).toEqual(choice("skip"));
      expect(actionFor(question("q", kind), 0, "?")).toEqual(choice("unsure"));
      expect(actionFor(question("q", kind), 0, "u")).toEqual({ do: "undo" });
    },
  );

  it("count options over the pages, and ask for the rest before a new group opens", () => {
    const asked = question("q", "member"); // eleven options
    expect(actionFor(asked, 0, "9")).toEqual(choice("9"));
    expect(actionFor(asked, 0, "0")).toEqual({ do: "more" });
    expect(actionFor(asked, 0, "m")).toEqual({ do: "more" });
    expect(actionFor(asked, 1, "2")).toEqual(choice("11"));
    expect(actionFor(asked, 1, "3")).toBeNull();
    expect(actionFor(asked, 1, "0")).toEqual(choice("none"));
  });

  it("give every item of a full page a letter of its own, none of them u or q", () => {
    expect(new Set(LETTERS).size).toBe(24);
    expect(LETTERS).not.toMatch(/[uq]/);
    const full = question("q", "page", { items: Array.from(LETTERS, (_, row) => item(row)) });
    expect(actionFor(full, 0, "z")).toEqual({ do: "toggle", place: 23 });
    expect(actionFor(full, 0, "Z")).toEqual({ do: "enlarge", place: 23 });
    expect(actionFor(full, 0, "Enter")).toEqual({ do: "confirm" });
    expect(actionFor(question("q", "page"), 0, "f")).toBeNull(); // five items only
  });

  it("name what does not belong by positions from 1, in order", () => {
    expect(pageChoice(new Set())).toBe("all");
    expect(pageChoice(new Set([10, 1]))).toBe("2,11");
  });
});

describe("whom a key is meant for", () => {
  const press = (html: string, key: string, more: KeyboardEventInit = {}) => {
    document.body.innerHTML = html;
    const event = new KeyboardEvent("keydown", { key, bubbles: true, ...more });
    document.querySelector("#here")?.dispatchEvent(event);
    return isForPage(event);
  };

  it("is the page, unless something is typed, a button is pressed or a dialog is open", () => {
    expect(press("<p id=here></p>", "s")).toBe(true);
    expect(press("<p id=here></p>", "s", { ctrlKey: true })).toBe(false);
    expect(press("<input id=here>", "s")).toBe(false);
    expect(press("<dialog open><button id=here></button></dialog>", "s")).toBe(false);
    expect(press("<button id=here></button>", "s")).toBe(true);
    expect(press("<button id=here></button>", " ")).toBe(false);
    expect(press("<button id=here data-toggle></button>", "Enter")).toBe(true);
  });
});
