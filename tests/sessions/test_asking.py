from pathlib import Path

import pytest

from clusteer.constraints.constraint_set import ConstraintSet
from clusteer.core.clustering import Clustering
from clusteer.core.errors import InvalidInputError
from clusteer.core.questions import History, Question
from clusteer.queries import STRATEGIES
from clusteer.sessions.asking import check_question
from tests.sessions.fakes import make_session


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (Question("", "likeness", (0, 1, 2)), "kind 'likeness' was given; kinds are same, member, nearer"),
        (Question("", "same", (0,)), "'same' question has 1 items"),
        (Question("", "same", (0, 1), ((2,),)), "1 options; 2 and 0"),
        (Question("", "member", (0, 1), ((2,),)), "'member' question has 2 items"),
        (Question("", "member", (0,), ((2,), ())), "each option shows at least one"),
        (Question("", "member", (0,), ((9,),)), "item 9 but there are 5"),
        (Question("", "nearer", (0, 1, 2)), "'nearer' question has 3 items and 0 options; 1 and 2 of one item do"),
        (Question("", "nearer", (0,), ((1,),)), "1 items and 1 options"),
        (Question("", "nearer", (0,), ((1,), (2, 3))), "1 and 2 of one item do"),
        (Question("", "nearer", (0,), ((1,), (1,))), "names an item twice"),
        (Question("", "difficulty", (0, 1)), "'difficulty' question has 2 items and 0 options; 1 and 0 do"),
        (Question("", "difficulty", (0,), ((1,),)), "1 items and 1 options"),
        (Question("", "page", (), ((0,),)), "'page' question has 0 items and 1 options; 1 to 24 items"),
        (Question("", "page", tuple(range(1, 26)), ((0,),)), "25 items"),
        (Question("", "page", (1,), ((0,), (2,))), "2 options"),
        (Question("", "page", (1,), ((),)), "one group to show"),
        (Question("", "page", (1, 2), ((0, 1),)), "names an item twice"),
        (Question("", "same", (1, 1)), "names an item twice"),
        (Question("", "member", (0,), ((1,), (2, 1))), "names an item twice"),
    ],
)
def test_questions_that_are_not_well_formed_are_refused(question: Question, words: str) -> None:
    with pytest.raises(InvalidInputError, match=words):
        check_question(question, 5)


def test_well_formed_questions_pass() -> None:
    for question in (
        Question("", "same", (0, 1)),
        Question("", "member", (0,), ((1, 2), (3,))),
        Question("", "nearer", (0,), ((1,), (2,))),
        Question("", "difficulty", (4,)),
        Question("", "page", (3,), ((0,),)),
        Question("", "page", tuple(range(3, 27)), ((0, 1, 2),)),
    ):
        check_question(question, 27)


class Stubborn:
    """Proposes questions in a fixed order whatever the closure says, but leaves deferred items out."""

    def propose(
        self, clustering: Clustering, constraints: ConstraintSet, history: History, n: int, seed: int
    ) -> list[Question]:
        pairs = [(0, 1), (1, 2), (0, 2), (3, 4), (5, 6), (7, 8)]
        return [Question("", "same", pair) for pair in pairs if not history.deferred.intersection(pair)][:n]


def test_settled_proposals_are_dropped_and_made_up_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(STRATEGIES, "drawn", f"{__name__}:Stubborn")
    session, _ = make_session(tmp_path)
    session.pose([Question("", "same", (0, 1)), Question("", "same", (1, 2))])
    for id in ("q1", "q2"):
        session.tell(id, "same")
    assert [question.items for question in session.ask(2)] == [(3, 4), (5, 6)]
    # Where the strategy has no more, fewer come back.
    assert [question.items for question in session.ask(9)] == [(3, 4), (5, 6), (7, 8)]
