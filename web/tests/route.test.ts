import { describe, expect, it } from "vitest";
import { href, parseRoute, setParams } from "../src/route";
import { ago, duration, jobProgress } from "../src/words";

describe("addresses", () => {
  it("come back as they were given, whatever a session is called", () => {
    const route = parseRoute(href("trip/ÿ 50%?#", "groups", { search: "a&b=c" }));
    expect(route).toMatchObject({ session: "trip/ÿ 50%?#", page: "groups" });
    expect(route.params.get("search")).toBe("a&b=c");
  });

  it("lead somewhere even when they are wrong", () => {
    expect(parseRoute("#/s/inks/nowhere")).toMatchObject({ session: "inks", page: "ask" });
    expect(parseRoute("#/s/%E0%A4%A/ask").session).toBe("%E0%A4%A");
    expect(parseRoute("#/else").session).toBeNull();
  });

  it("keep what else they hold when one part changes", () => {
    window.location.hash = href("inks", "groups", { group: "3", search: "cat" });
    setParams({ search: "", filter: "human" });
    expect(window.location.hash).toBe("#/s/inks/groups?group=3&filter=human");
  });
});

describe("words", () => {
  it("say times as people do", () => {
    expect([0.2, 40, 372, 3_900].map(duration)).toEqual(["1 s", "40 s", "6 min", "1 h 5 min"]);
    expect(ago("2026-01-01T00:00:00Z", Date.parse("2026-01-01T02:10:00Z"))).toBe("2 h ago");
    expect(ago("")).toBe("");
  });

  it("say how far a job is as far as that is known", () => {
    const job = { id: "", kind: "create", session: "", state: "running", what: "", error: null, result: null } as const;
    expect(jobProgress({ ...job, done: 1_200, total: 10_000, seconds_left: 84 })).toBe(
      "1,200 of 10,000, about 84 s left",
    );
    expect(jobProgress({ ...job, done: 0, total: 0, seconds_left: null })).toBe("");
  });
});
