"""The command answer: questions one after the other, one key per answer."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clusteer.cli.keys import END, key_reader
from clusteer.cli.opening import open_session
from clusteer.cli.options import Annotator, Json, Name, StrategyName
from clusteer.cli.output import emit, remark
from clusteer.cli.words import captions, group_words, option_names, question_lines
from clusteer.core.errors import NotFoundError
from clusteer.core.files import write_whole
from clusteer.core.questions import (
    DIFFERENT,
    EASY,
    HARD,
    LETTERS,
    NONE,
    PAGE,
    SAME,
    SKIP,
    UNSURE,
    Question,
    page_choice,
)
from clusteer.sessions.words import answer_words, count

if TYPE_CHECKING:
    from clusteer.sessions.session import Session

_UNDO, _QUIT = "undo", "quit"
_DONE = ("\n", "\r", ".")
"""What confirms a page; line ends of piped input are there for reading only, so a full stop does it too."""
_ALWAYS = {" ": SKIP, "?": UNSURE, "u": _UNDO, "q": _QUIT, END: _QUIT}


def answer(
    name: Name,
    annotator: Annotator = "",
    strategy: StrategyName = None,
    open_picture: Annotated[
        bool, typer.Option("--open", help="Open the pictures of the question in your picture viewer.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Answer questions in the terminal, one key each, as long as you like.

    The pictures of each question are in a PNG file whose path is printed; keep it open beside the terminal. Texts are
    printed.
    """
    session = open_session(name)
    strip = session.store.home / "questions" / f"{name}.png" if session.images.has_images else None
    with key_reader() as read:
        talk = Dialogue(session, annotator, strategy, read, strip, open_picture)
        talk.run()
    if as_json:
        emit({"answers": talk.told, "undone": talk.undone})
        return
    groups = ", ".join(f"{group_words(group)} ({group.size:,})" for group in session.groups() if group.size)
    remark(f"{count(len(talk.told), 'answer')} kept. Groups now: {groups}")
    remark(f"next: clusteer show {name}, clusteer export {name} --to DIR, or answer on", "bold")


@dataclass
class Dialogue:
    """The questions and answers of one sitting.

    Attributes
    ----------
    session : Session
        What is answered.
    annotator : str
        Who answers.
    strategy : str or None
        What asks; None is what the session was made with.
    read : callable
        Waits for a key.
    strip : Path or None
        Where to draw the pictures of the question; None where there are none.
    open_picture : bool
        Whether to open that file in a viewer, once.
    told : list of str
        Ids of the answers recorded and not undone since.
    undone : int
        How often an answer was taken back.
    """

    session: "Session"
    annotator: str
    strategy: str | None
    read: Callable[[], str]
    strip: Path | None
    open_picture: bool
    told: list[str] = field(default_factory=list)
    undone: int = 0

    def run(self, most: int | None = None) -> None:
        """Ask until the person quits, there is nothing to ask, or so many answers stand."""
        self.ids = [item.path for item in self.session.items]
        while most is None or len(self.told) < most:
            questions = self.session.ask(1, self.annotator, self.strategy)
            if not questions:
                remark("there is nothing left that is worth asking")
                return
            shown = time.monotonic()
            choice = self._put(questions[0])
            if choice == _QUIT:
                return
            if choice == _UNDO:
                self._undo()
                continue
            answer = self.session.tell(questions[0].id, choice, self.annotator, time.monotonic() - shown)
            self.told.append(answer.id)
            remark(f"{answer.id}: {answer_words(answer, self.ids)}\n", "green")

    def _put(self, question: Question) -> str:
        """Show a question, page by page, until a key says something."""
        page, names = 0, option_names(self.session, question)
        while True:
            self._show(question, page, names)
            choice = self._choice(question, page)
            if choice is not None:
                return choice
            page = (page + 1) % question.pages

    def _show(self, question: Question, page: int, names: dict[int, str]) -> None:
        first, *others = question_lines(question, page, captions(self.session, question), names)
        remark(f"{question.id}  {first}", "bold")
        for line in others:
            remark(line)
        if self.strip is not None:
            self._draw(self.strip, question, page, names)
        remark(f"{_legend(question, page)}  {question.why}", "dim")

    def _draw(self, strip: Path, question: Question, page: int, names: dict[int, str]) -> None:
        from clusteer.plots.question_strip import question_strip

        try:
            picture = question_strip(self.session.images, question, page, names)
        except NotFoundError as fault:  # a picture was moved away; its name is still there to answer by
            remark(str(fault), "yellow")
            return
        write_whole(strip, partial(picture.save, format="PNG"))
        remark(f"     pictures: {strip}")
        if self.open_picture:
            typer.launch(str(strip))
            self.open_picture = False

    def _choice(self, question: Question, page: int) -> str | None:
        """Wait for a key that means something here; None turns the page."""
        if question.kind == "page":
            return self._page_choice(question)
        keys = {**_ALWAYS, **_keys(question, page)}
        while (key := self.read()) not in keys:
            pass
        return keys[key]

    def _page_choice(self, question: Question) -> str:
        """Mark those that do not belong, one letter each and again to take that back, until all is done."""
        letters = dict(zip(LETTERS, question.items, strict=False))
        left_out: set[int] = set()
        while (key := self.read()) not in (*_ALWAYS, *_DONE):
            if key in letters:
                left_out ^= {letters[key]}
                marked = [letter for letter, item in letters.items() if item in left_out]
                remark(f"     does not belong: {' '.join(marked) or 'none'}")
        return _ALWAYS[key] if key in _ALWAYS else page_choice(question, left_out)

    def _undo(self) -> None:
        try:
            answer = self.session.undo(self.annotator)
        except NotFoundError as fault:
            remark(str(fault), "yellow")
            return
        self.undone += 1
        if answer.id in self.told:
            self.told.remove(answer.id)
        remark(f"taken back: {answer.id}, {answer_words(answer, self.ids)}\n", "yellow")


def _keys(question: Question, page: int) -> dict[str, str | None]:
    """Return what keys choose on a page of a question; None turns the page."""
    match question.kind:
        case "same":
            return {"s": SAME, "d": DIFFERENT}
        case "difficulty":
            return {"e": EASY, "h": HARD}
        case "nearer":
            return {"1": "1", "2": "2"}
    first = page * PAGE + 1
    keys: dict[str, str | None] = {str(place + 1): str(first + place) for place in range(len(question.page(page)))}
    if question.pages > 1:
        keys["m"] = None
    # None of these, where there are more: look at the others before a new group is opened.
    keys["0"] = NONE if page == question.pages - 1 else None
    return keys


def _legend(question: Question, page: int) -> str:
    """Return the keys that mean something for a page of a question."""
    match question.kind:
        case "same":
            keys = ["s same", "d different"]
        case "difficulty":
            keys = ["e easy", "h hard"]
        case "nearer":
            keys = ["1 or 2 nearer"]
        case "page":
            last = LETTERS[len(question.items) - 1]
            keys = [f"a-{last} does not belong" if last != "a" else "a does not belong", "Enter or . done"]
        case _:
            keys = [f"1-{len(question.page(page))} group" if len(question.page(page)) > 1 else "1 group"]
            keys += ["m more"] if question.pages > 1 else []
            keys += ["0 none"]
    return f"[{' | '.join([*keys, 'space skip', '? unsure', 'u undo', 'q quit'])}]"
