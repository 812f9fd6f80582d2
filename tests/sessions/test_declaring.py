import pytest

from clusteer.core.errors import InvalidInputError
from clusteer.core.questions import Question
from clusteer.sessions.declaring import check_declaration, moved
from clusteer.sessions.rows import Declaration
from clusteer.sessions.session import Session

STATED: list[tuple[str, Declaration]] = [
    ("must_link", {"items": [1, 2]}),
    ("cannot_link", {"items": [2, 3]}),
    ("triplet", {"anchor": 1, "near": 2, "far": 4}),
    ("difficulty", {"item": 4, "value": -1}),
    ("sizes", {"shares": [0.5, 0.25, 0.25]}),
    ("cardinality", {"lower": 2, "upper": None, "items": [1, 2, 5], "group": 3}),
    ("balance", {"parts": [[1, 2], [3, 4, 5]], "tolerance": 0.1}),
    ("rule", {"if": [{"items": [1, 2], "together": True}], "then": {"items": [5, 6], "together": False}}),
    ("member", {"item": 7, "exemplars": [8, 9], "weight": 0.25}),
]


def test_what_is_declared_is_among_the_constraints_until_it_is_taken_back(session: Session) -> None:
    ids = session.declare_all(STATED, "ann")
    assert ids == [f"d{number}" for number in range(1, 10)]
    stated = session.constraints
    assert {constraint.source for constraint in stated} >= set(ids)
    assert [member.weight for member in stated.members] == [0.25]
    assert stated.closure().same(1, 3) is False
    assert stated.closure().same(5, 6) is False, "the rule's premise holds, so its conclusion does"
    session.declare("retract", {"declaration": 1})
    assert session.constraints.closure().same(1, 3) is None
    assert session.constraints.closure().same(5, 6) is None
    assert [row.id for row in session.ledger.standing_declarations] == ids[1:]


def test_a_declaration_has_its_effect_at_once(session: Session) -> None:
    before = session.refit()
    assert session.refit() is before
    session.declare("name", {"item": 1, "name": "cats"})
    assert session.refit() is before, "a name moves nothing"
    session.declare("cannot_link", {"items": [0, 1]})
    after = session.refit()
    assert after is not before
    assert after.labels[0] != after.labels[1]


def test_a_declared_link_that_contradicts_an_answer_is_a_conflict(session: Session) -> None:
    (question,) = session.pose([Question("", "same", (0, 1))])
    session.tell(question.id, "same")
    session.declare("cannot_link", {"items": [0, 1]})
    (conflict,) = session.ledger.conflicts
    assert set(conflict.sources) == {"a1", "d1"}
    assert set(session.constraints.must.weights) == {0.5}
    session.declare("retract", {"declaration": 1})
    assert session.ledger.conflicts == []


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        ("must_link", {"items": [1, 1]}, "item 1"),
        ("must_link", {"items": [1, 40]}, "item 40 but there are 40 items"),
        ("must_link", {"items": [1, 2, 3]}, "names 3 items"),
        ("triplet", {"anchor": 1, "near": 2}, "without 'far'"),
        ("difficulty", {"item": 1, "value": 3}, "give -1 .hard. to 1"),
        ("sizes", {"shares": [0.5, 0.2]}, "sum to"),
        ("cardinality", {"lower": 5, "upper": 2}, "from 5 to 2"),
        ("cardinality", {}, "no bound"),
        ("balance", {"parts": [[1], [1, 2]], "tolerance": 0.1}, "item 1 twice"),
        ("rule", {"if": [], "then": {"items": [1, 2], "together": True}}, "no premise"),
        ("retract", {"declaration": 1}, "there are none yet"),
        ("name", {"item": 1, "name": " "}, "cannot be declared"),
        ("smell", {"item": 1}, "kinds are name, colour, criterion, n_clusters, retract, must_link"),
    ],
)
def test_what_says_nothing_is_refused_and_nothing_of_it_is_kept(
    session: Session, kind: str, value: Declaration, says: str
) -> None:
    with pytest.raises(InvalidInputError, match=says):
        session.declare_all([("must_link", {"items": [1, 2]}), (kind, value)])
    assert session.ledger.declarations == ()


def test_every_item_of_a_declaration_can_be_renumbered() -> None:
    def plus(item: int) -> int:
        return item + 100

    assert [moved(value, plus) for _, value in STATED] == [
        {"items": [101, 102]},
        {"items": [102, 103]},
        {"anchor": 101, "near": 102, "far": 104},
        {"item": 104, "value": -1},
        {"shares": [0.5, 0.25, 0.25]},
        {"lower": 2, "upper": None, "items": [101, 102, 105], "group": 103},
        {"parts": [[101, 102], [103, 104, 105]], "tolerance": 0.1},
        {"if": [{"items": [101, 102], "together": True}], "then": {"items": [105, 106], "together": False}},
        {"item": 107, "exemplars": [108, 109], "weight": 0.25},
    ]
    assert moved({"item": 3, "name": "3"}, plus) == {"item": 103, "name": "3"}
    assert moved({"value": 5}, plus) == {"value": 5}
    for kind, value in STATED:
        check_declaration(kind, moved(value, plus), 200, 0)
