import { fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { Asked } from "../src/parts/Asked";
import type { Kind, Question } from "../src/types";
import { group, item, question, Studio } from "./studio";

function show(kind: Kind, more: Partial<Question> = {}) {
  const onAnswer = vi.fn();
  const onUndo = vi.fn();
  const groups = [group(0, { name: "Ones" }), group(1), group(2)];
  render(<Asked question={question("q1", kind, more)} groups={groups} onAnswer={onAnswer} onUndo={onUndo} />);
  return { onAnswer, onUndo, user: userEvent.setup() };
}

describe("a question", () => {
  it("says why it is asked and what is known", () => {
    show("same", { why: "They look alike.", known: ["1 is in Ones."] });
    expect(screen.getByText("They look alike.")).toBeVisible();
    expect(
      within(screen.getByRole("list", { name: "What is known already" })).getByText("1 is in Ones."),
    ).toBeVisible();
  });

  it("shows two items side by side and takes s and d", async () => {
    const { onAnswer, user } = show("same");
    expect(screen.getAllByRole("img")).toHaveLength(2);
    await user.keyboard("d");
    await user.click(screen.getByRole("button", { name: /^Same/ }));
    expect(onAnswer.mock.calls).toEqual([["different"], ["same"]]);
  });

  it("is answered by a swipe, if it is long enough and by a finger", () => {
    const { onAnswer } = show("same");
    const pair = screen.getAllByRole("img")[0]!.closest(".pair")!;
    const swipe = (pointerType: string, by: number) => {
      // jsdom knows no pointer events of its own.
      const at = (type: string, clientX: number) =>
        fireEvent(pair, Object.assign(new MouseEvent(type, { bubbles: true, clientX }), { pointerType }));
      at("pointerdown", 100);
      at("pointermove", 100 + by);
      at("pointerup", 100 + by);
    };
    swipe("mouse", 200);
    swipe("touch", 30);
    expect(onAnswer).not.toHaveBeenCalled();
    swipe("touch", 120);
    swipe("touch", -120);
    expect(onAnswer.mock.calls).toEqual([["same"], ["different"]]);
  });

  it("offers nine groups at a time", async () => {
    const { onAnswer, user } = show("member");
    expect(screen.getAllByRole("button", { name: /^\d: / })).toHaveLength(9);
    expect(screen.getByRole("button", { name: "2: Ones" })).toBeVisible(); // row 21 is in group 0
    await user.keyboard("m");
    expect(screen.getAllByRole("button", { name: /^\d: / })).toHaveLength(2);
    await user.keyboard("2");
    expect(onAnswer).toHaveBeenCalledExactlyOnceWith("11");
  });

  it("opens a new group only after every group was seen", async () => {
    const { onAnswer, user } = show("member");
    await user.keyboard("0");
    expect(onAnswer).not.toHaveBeenCalled();
    await user.keyboard("0");
    expect(onAnswer).toHaveBeenCalledExactlyOnceWith("none");
  });

  it("lets what does not belong be clicked out by letter or pointer, and Enter confirms", async () => {
    const { onAnswer, user } = show("page");
    await user.keyboard("bd");
    await user.click(screen.getByRole("button", { name: /^e:/ }));
    await user.keyboard("b"); // and back in
    expect(screen.getByRole("button", { name: "d: pictures/4.png, does not belong" })).toHaveAttribute(
      "aria-pressed",
      "true",
    );
    expect(screen.getByRole("button", { name: /3 belong, 2 do not/ })).toBeVisible();
    await user.keyboard("{Enter}");
    expect(onAnswer).toHaveBeenCalledExactlyOnceWith("4,5");
  });

  it("takes 1 and 2 for which is closer, e and h for how clear", async () => {
    const nearer = show("nearer");
    await nearer.user.keyboard("1");
    expect(nearer.onAnswer).toHaveBeenCalledExactlyOnceWith("1");
  });

  it("takes e and h for how clear a case is", async () => {
    const { onAnswer, user } = show("difficulty");
    await user.keyboard("h");
    expect(onAnswer).toHaveBeenCalledExactlyOnceWith("hard");
  });

  it("is skipped, doubted and undone by key", async () => {
    const { onAnswer, onUndo, user } = show("nearer");
    await user.keyboard(" ?u");
    expect(onAnswer.mock.calls).toEqual([["skip"], ["unsure"]]);
    expect(onUndo).toHaveBeenCalledOnce();
  });

  it("hears no answer while a picture is enlarged", async () => {
    const { onAnswer, user } = show("same");
    await user.keyboard("z");
    expect(screen.getByRole("dialog", { name: "pictures/1.png" })).toBeVisible();
    await user.keyboard("s");
    await user.keyboard("z");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(onAnswer).not.toHaveBeenCalled();
  });

  it("shows texts as text, and says so where a picture cannot be read", async () => {
    new Studio();
    show("same", { items: [item(1, { text: "A short note", picture: null }), item(2)] });
    expect(screen.getByText("A short note")).toBeVisible();
    fireEvent.error(screen.getByRole("img"));
    expect(await screen.findByText("This picture cannot be read")).toBeVisible();
  });

  it("takes no picture for broken while the connection is lost, and shows it when it is back", async () => {
    vi.useFakeTimers({ shouldAdvanceTime: true });
    const studio = new Studio().on("GET sessions/inks/pictures/2", () => ({}));
    studio.down = true;
    show("same", { items: [item(1, { text: "A short note", picture: null }), item(2)] });
    fireEvent.error(screen.getByRole("img"));
    expect(await screen.findByText("This picture comes when the connection is back")).toBeVisible();
    studio.down = false;
    await vi.advanceTimersByTimeAsync(5_000);
    fireEvent.load(await screen.findByRole("img"));
    expect(screen.queryByText(/This picture/)).toBeNull();
    vi.useRealTimers();
  });

  it("does not try for ever to show what cannot be shown", async () => {
    new Studio().on("GET sessions/inks/pictures/2", () => ({}));
    show("same", { items: [item(1, { text: "A short note", picture: null }), item(2)] });
    fireEvent.error(screen.getByRole("img"));
    await waitFor(() => expect(screen.getByRole("img")).toBeVisible());
    fireEvent.error(screen.getByRole("img"));
    expect(await screen.findByText("This picture cannot be read")).toBeVisible();
  });
});
