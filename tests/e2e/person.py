"""A person who groups by ink, looks at the page and presses keys."""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

_READ = """article => ({
    id: article.dataset.question,
    kind: article.dataset.kind,
    asked: [...article.querySelectorAll(".asked [title], .sheet-items [title]")].map(picture => picture.title),
    options: [...article.querySelectorAll(".option")].map(
        option => [...option.querySelectorAll(".exemplars [title]")].map(picture => picture.title)),
})"""


@dataclass(frozen=True)
class Question:
    """What a question shows: the items asked about, and the exemplars of each option."""

    id: str
    kind: str
    asked: list[str]
    options: list[list[str]]


def question_on(page: Page, but: str = "") -> Question:
    """Wait for a question, another one than that given, and read it."""
    shown = page.locator(f'article[data-question]:not([data-question="{but}"])')
    return Question(**shown.evaluate(_READ))


def expect_question(page: Page, id: str) -> None:
    """Wait until that question is on screen."""
    expect(page.locator("article[data-question]")).to_have_attribute("data-question", id)


def key_for(question: Question, ink_of: dict[str, str]) -> str:
    """Return the key of the true answer to a question about one or two items."""
    inks = [ink_of[item] for item in question.asked]
    if question.kind == "same":
        return "s" if inks[0] == inks[1] else "d"
    assert question.kind == "member"
    offered = [ink_of[exemplars[0]] for exemplars in question.options]
    return str(offered.index(inks[0]) + 1) if inks[0] in offered else "0"


def answer(page: Page, ink_of: dict[str, str], n: int) -> list[Question]:
    """Answer n questions by keyboard, each when it is on screen; return them."""
    answered: list[Question] = []
    for _ in range(n):
        question = question_on(page, answered[-1].id if answered else "")
        page.keyboard.press(key_for(question, ink_of))
        answered.append(question)
    return answered


def expect_saved(page: Page) -> None:
    """Wait until the page says that every answer is on disk."""
    expect(page.get_by_text("Saved.", exact=True)).to_be_visible()
