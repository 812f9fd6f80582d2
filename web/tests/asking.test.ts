import { waitFor } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Asking } from "../src/asking";
import { question, Studio } from "./studio";

const many = (n: number) => Array.from({ length: n }, (_, place) => question(`q${place + 1}`));
const ids = (asking: Asking) => [asking.sitting().question, ...asking.sitting().ahead].map((one) => one?.id);

let asking: Asking;
async function opened(studio: Studio): Promise<Asking> {
  asking = new Asking("inks", "me");
  asking.start();
  if (!studio.down) await waitFor(() => expect(asking.sitting().choosing).toBe(false));
  return asking;
}

afterEach(() => asking.stop());

describe("asking", () => {
  it("fetches questions ahead, with their pictures", async () => {
    const fetched: string[] = [];
    vi.stubGlobal(
      "Image",
      class {
        set src(address: string) {
          fetched.push(address);
        }
      },
    );
    await opened(
      new Studio(many(6).map((one, place) => ({ ...one, items: [{ ...one.items[0]!, picture: `/p/${place}` }] }))),
    );
    expect(ids(asking)).toEqual(["q1", "q2", "q3"]);
    expect(fetched).toEqual(["/p/0?size=512", "/p/1?size=512", "/p/2?size=512"]);
  });

  it("shows the next question before the studio has answered, and says saved only after", async () => {
    const studio = new Studio(many(6));
    await opened(studio);
    asking.answer("same");
    expect(asking.sitting()).toMatchObject({ question: { id: "q2" }, unsent: 1, said: "" });
    expect(studio.told).toEqual([]);
    await waitFor(() => expect(asking.sitting()).toMatchObject({ unsent: 0, said: "Saved." }));
    expect(studio.told).toEqual(["q1 same"]);
    await waitFor(() => expect(ids(asking)).toEqual(["q2", "q3", "q4"]));
  });

  it("never shows a question again that was just answered, however late the studio learns of it", async () => {
    const studio = new Studio(many(6));
    await opened(studio);
    for (const choice of ["same", "different", "same"]) asking.answer(choice);
    expect(asking.sitting().question).toBeNull();
    await waitFor(() => expect(ids(asking)).toEqual(["q4", "q5", "q6"]));
    expect(studio.told).toEqual(["q1 same", "q2 different", "q3 same"]);
  });

  it("never says that there is nothing to ask while the next questions are being chosen", async () => {
    const studio = new Studio(many(6));
    await opened(studio);
    const idle: unknown[] = [];
    asking.subscribe(() => {
      const { question, choosing, unsent } = asking.sitting();
      if (!question && !choosing && !unsent) idle.push(asking.sitting().said);
    });
    for (const choice of ["same", "different", "same"]) asking.answer(choice);
    await waitFor(() => expect(ids(asking)).toEqual(["q4", "q5", "q6"]));
    expect(idle).toEqual([]);
  });

  it("drops a question that was answered while the studio was still choosing", async () => {
    const studio = new Studio(many(6));
    await opened(studio);
    let release = () => {};
    studio.on("POST sessions/inks/questions", async () => {
      const chosen = studio.questions.slice(0, 3);
      await new Promise<void>((resolve) => (release = resolve));
      return { questions: chosen };
    });
    asking.answer("same");
    await waitFor(() => expect(studio.calls.filter((call) => call.endsWith("questions"))).toHaveLength(2));
    asking.answer("same"); // q2, which is on its way once more
    const seen: unknown[] = [];
    asking.subscribe(() => seen.push(...ids(asking)));
    studio.routes = {};
    release();
    await waitFor(() => expect(ids(asking)).toEqual(["q3", "q4", "q5"]));
    expect(seen).not.toContain("q2");
  });

  it("waits for questions that offer the group an answer has just opened", async () => {
    const asked = (id: string) => question(id, "member", { exhaustive: true });
    const studio = new Studio([asked("q1"), asked("q2"), question("q3", "same", { exhaustive: false })]);
    await opened(studio);
    asking.answer("none");
    expect(ids(asking)).toEqual(["q3"]);
    studio.questions = [question("q1"), asked("q4"), question("q3", "same", { exhaustive: false })];
    await waitFor(() => expect(ids(asking)).toEqual(["q3", "q4"]));
  });

  it("keeps answers while the connection is lost, also over a reload, and sends each once", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const studio = new Studio(many(6));
    await opened(studio);
    studio.down = true;
    asking.answer("same");
    asking.answer("different");
    await waitFor(() => expect(asking.sitting()).toMatchObject({ lost: true, unsent: 2 }));
    asking.stop(); // the page is reloaded
    await opened(studio);
    await waitFor(() => expect(asking.sitting()).toMatchObject({ lost: true, unsent: 2 }));
    studio.down = false;
    await vi.advanceTimersByTimeAsync(10_000);
    await waitFor(() => expect(asking.sitting()).toMatchObject({ lost: false, unsent: 0, question: { id: "q3" } }));
    expect(studio.told).toEqual(["q1 same", "q2 different"]);
    expect(localStorage.length).toBe(0);
  });

  it("tries again at longer and longer waits, and at once when the browser says the network is back", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const studio = new Studio(many(3));
    studio.down = true;
    await opened(studio);
    await vi.advanceTimersByTimeAsync(4_000);
    const tried = studio.calls.length;
    expect(tried).toBeGreaterThan(2);
    await vi.advanceTimersByTimeAsync(4_000);
    expect(studio.calls.length - tried).toBeLessThanOrEqual(2);
    studio.down = false;
    window.dispatchEvent(new Event("online"));
    await waitFor(() => expect(asking.sitting()).toMatchObject({ lost: false, question: { id: "q1" } }));
  });

  it("says when an answer was refused, and goes on with those behind it", async () => {
    const studio = new Studio(many(4));
    await opened(studio);
    let refuse = true;
    const keep = studio.routes["POST sessions/inks/answers"];
    expect(keep).toBeUndefined();
    studio.on("POST sessions/inks/answers", ({ body }: { body: { question: string; choice: string } }) => {
      if (refuse) {
        refuse = false;
        return Response.json({ detail: "There is no question q1." }, { status: 404 });
      }
      studio.told.push(`${body.question} ${body.choice}`);
      return { answer: "a1", ledger: 1 };
    });
    asking.answer("same");
    asking.answer("same");
    await waitFor(() => expect(studio.told).toEqual(["q2 same"]));
    expect(asking.sitting()).toMatchObject({ refused: true, said: "An answer was refused: There is no question q1." });
  });

  it("brings the question of an undone answer back", async () => {
    const studio = new Studio(many(4));
    await opened(studio);
    asking.answer("same");
    await waitFor(() => expect(studio.told).toHaveLength(1));
    studio.on("DELETE sessions/inks/answers/last", () => {
      studio.questions.unshift(question("q1"));
      return { answer: "a1", words: "1 and 2 belong together", question: question("q1") };
    });
    await asking.undo();
    expect(asking.sitting()).toMatchObject({ question: { id: "q1" }, said: "Taken back: 1 and 2 belong together" });
    expect(ids(asking)[1]).toBe("q2");
  });

  it("undoes an answer that was never sent without a word to the studio", async () => {
    const studio = new Studio(many(4));
    await opened(studio);
    studio.down = true;
    asking.answer("same");
    await waitFor(() => expect(asking.sitting().lost).toBe(true));
    await asking.undo();
    expect(asking.sitting()).toMatchObject({ question: { id: "q1" }, unsent: 0 });
    expect(studio.calls).not.toContain("DELETE sessions/inks/answers/last");
  });

  it("says why nothing is asked, and asks again when the clustering has changed", async () => {
    const studio = new Studio([]);
    await opened(studio);
    expect(asking.sitting()).toMatchObject({ question: null, said: "All is said." });
    studio.questions = many(1);
    asking.refresh();
    await waitFor(() => expect(asking.sitting().question?.id).toBe("q1"));
  });
});
