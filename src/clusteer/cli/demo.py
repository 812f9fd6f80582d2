"""The command demo: the same 2,000 pictures grouped three ways by three simulated people."""

import json
import shutil
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from clusteer.cli.collection import open_items
from clusteer.cli.groups import write_sheets
from clusteer.cli.options import Json
from clusteer.cli.output import TERMINAL, emit, progress, remark, say, tabulate
from clusteer.core.errors import InvalidInputError
from clusteer.core.files import write_whole
from clusteer.sessions.preparing import index_of
from clusteer.sessions.words import duration

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from clusteer.sessions.session import Session

FOLDER = Path("demo-output")
ENCODER = "efficientnet-lite2+pixels"
"""What the pictures show, and their plain colours and shapes: somebody may mean either."""
BUDGET = 100
MARKS = (0, 10, 20, 50, 100)
PEOPLE = {
    "digit": tuple("0123456789"),
    "ink": ("black", "red", "blue", "green", "violet"),
    "parity": ("even", "odd"),
}
"""What each person has in mind, and what they call their groups."""
_RECORD = "demo.json"


def demo(as_json: Json = False) -> None:
    """Group the bundled pictures by digit, by ink and by parity, 100 answers each, into ./demo-output."""
    from clusteer.plots.curves import accuracy_curves
    from clusteer.sessions.session import Session
    from clusteer.sessions.store import Store

    begun = time.monotonic()
    _make_room(FOLDER)
    items = open_items(None, "inks", "all", None)
    index = index_of(items, ENCODER, None, TERMINAL)
    people: list[Person] = []
    sheets: list[Path] = []
    with TemporaryDirectory() as home:
        store = Store(Path(home), "sqlite://")
        for criterion, words in PEOPLE.items():
            session = Session.create(criterion, items, index, store=store, budget=BUDGET)
            person = Person(criterion, items.truths[criterion], words)
            person.answer(session)
            person.name_groups(session)
            people.append(person)
            sheets += write_sheets(session, FOLDER / "sheets" / criterion)
        exported = session.export(FOLDER / "export").folder
        store.close()
    curves = {person.criterion: person.curve for person in people}
    plot = FOLDER / "accuracy.png"
    figure = accuracy_curves(curves, f"The same {len(items):,} pictures, grouped three ways")
    write_whole(plot, partial(figure.savefig, format="png"))
    seconds = time.monotonic() - begun
    record = {"encoder": index.encoder, "items": len(items), "curves": curves, "seconds": seconds}
    write_whole(FOLDER / _RECORD, lambda file: file.write(json.dumps(record, indent=1).encode()))
    if as_json:
        emit({**record, "plot": plot, "sheets": sheets, "export": exported})
        return
    tabulate(("accuracy after answers:", *map(str, MARKS)), [
        (criterion, *(f"{accuracy:.1%}" for _, accuracy in points)) for criterion, points in curves.items()
    ])  # fmt: skip
    say(f"{len(items):,} pictures, three people, {duration(seconds)} in all")
    say(f"accuracy against answers: {plot}")
    say(f"contact sheets:           {FOLDER / 'sheets'}")
    say(f"an export ({people[-1].criterion}):       {FOLDER / 'export'}")
    say("next, with your own pictures: clusteer new mine --images YOUR_FOLDER && clusteer answer mine", "bold")


@dataclass
class Person:
    """Somebody simulated who groups by one criterion.

    Attributes
    ----------
    criterion : str
        What they have in mind.
    truth : (n,) int64
        What that makes of each item.
    words : tuple of str
        What they call class 0, 1, ...
    curve : tuple of (int, float)
        Accuracy after how many answers, once they have answered.
    """

    criterion: str
    truth: "NDArray[np.int64]"
    words: tuple[str, ...]
    curve: tuple[tuple[int, float], ...] = ()

    def answer(self, session: "Session") -> None:
        """Answer what is asked, as somebody who goes by the pictures shown."""
        import numpy as np

        from clusteer.metrics import accuracy
        from clusteer.queries.oracles import ByExemplar

        rng = np.random.default_rng(0)
        points = []
        with progress(f"answering by {self.criterion}") as advance:
            for number in range(BUDGET + 1):
                if number in MARKS:
                    points.append((number, accuracy(self.truth, session.refit().labels)))
                advance(number, BUDGET)
                for question in session.ask(1) if number < BUDGET else []:
                    session.tell(question.id, ByExemplar().answer(question, self.truth, rng), self.criterion)
        self.curve = tuple(points)
        remark(f"{self.criterion}: {BUDGET} answers, accuracy {points[-1][1]:.1%}")

    def name_groups(self, session: "Session") -> None:
        """Name each group after the picture that opened it."""
        for item in session.constraints.leaders:
            name = self.words[int(self.truth[item])]
            session.declare("name", {"item": item, "name": f"{self.criterion} {name}"}, self.criterion)


def _make_room(folder: Path) -> None:
    """Remove what an earlier demonstration left and mark the folder; refuse one that holds other things."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / _RECORD).exists():
            raise InvalidInputError(f"{folder.absolute()} holds other things; move it away, or work in another folder")
        for part in ("sheets", "export"):
            shutil.rmtree(folder / part, ignore_errors=True)
    write_whole(folder / _RECORD, lambda file: file.write(b"{}\n"))
