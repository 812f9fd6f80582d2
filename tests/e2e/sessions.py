"""Sessions on one collection, made for each test anew: a new one, and one that was told the inks of some pictures."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path

from clusteer.core.index import Index
from clusteer.data.images import ImageSet
from clusteer.encoders.features import encode
from clusteer.neighbors import build_index
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.e2e.collection import draw_collection

N = 160
"""Pictures of the collection."""
TOLD = 15
"""Answers of a session that was told some."""


@dataclass(frozen=True)
class Wrong:
    """A wrong answer: the id of its question, and the picture it is about."""

    question: str
    item: str


@dataclass
class Sessions:
    """The sessions of a home folder, all on the pictures in ``root/Bilder``.

    Attributes
    ----------
    ink_of : dict of str to str
        The ink of each picture, by its path.
    """

    place: Path
    ink_of: dict[str, str] = field(init=False)
    images: ImageSet = field(init=False)
    index: Index = field(init=False)
    _numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        self.ink_of = draw_collection(self.root / "Bilder", N)
        self.images = ImageSet.from_folder(self.root / "Bilder")
        self.index = build_index(encode(self.images, "pixels", self.place / "cache"), "pixels")
        self.store = Store(self.home)

    @property
    def home(self) -> Path:
        """The folder of the sessions."""
        return self.place / "home"

    @property
    def root(self) -> Path:
        """The folder that may be browsed."""
        return self.place / "root"

    def new(self) -> str:
        """Make a session that was told nothing, and return its name."""
        return self._made().row.name

    def told(self) -> str:
        """Make a session that was told inks, and return its name."""
        session = self._made()
        self._tell(session, TOLD)
        return session.row.name

    def tell_wrongly(self, name: str) -> Wrong:
        """Tell that session more inks, and of the clearest picture of which it is doubted a wrong one."""
        session = Session.open(name, self.store)
        self._tell(session, TOLD)
        while (question := session.ask(1)[0]).kind != "member":
            self._tell(session, 1)
        asked = {item for answer in session.ledger.answers for item in answer.question.items}
        sure = session.refit().confidence.copy()
        sure[list(asked)] = 0
        for item in map(int, (-sure).argsort()):
            ink = self.ink_of[session.items[item].path]
            (posed,) = session.pose([replace(question, items=(item,), id="")], "me")
            others = [self.ink_of[session.items[option[0]].path] != ink for option in question.options]
            answer = session.tell(posed.id, str(others.index(True) + 1), "me")
            if answer.id in session.reliability().doubtful():
                break
            session.retract(answer.id, "me")
        return Wrong(posed.id, session.items[item].path)

    def _tell(self, session: Session, n: int) -> None:
        inks = [self.ink_of[item.path] for item in session.items]
        for _ in range(n):
            (question,) = session.ask(1)
            asked = [inks[row] for row in question.items]
            if question.kind == "same":
                choice = "same" if asked[0] == asked[1] else "different"
            else:
                offered = [inks[option[0]] for option in question.options]
                choice = str(offered.index(asked[0]) + 1) if asked[0] in offered else "none"
            session.tell(question.id, choice, "ann", 3.5)

    def _made(self) -> Session:
        name = f"Tinte-{next(self._numbers)}"
        return Session.create(name, self.images, self.index, store=self.store, budget=60)
