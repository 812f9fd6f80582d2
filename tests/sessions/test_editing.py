"""What an edit says holds afterwards, what it does not speak of stays, and undo brings back what was."""

from collections.abc import Callable
from functools import cache
from itertools import combinations
from pathlib import Path
from tempfile import mkdtemp
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteer.core import Index
from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.data.images import ImageSet
from clusteer.sessions.editing import Edit, Editor
from clusteer.sessions.session import Session
from clusteer.sessions.store import Store
from tests.sessions.fakes import blobs, small_index

N = 24
Relations = dict[tuple[int, int], bool | None]


def relations(session: Session) -> Relations:
    """What the answers say of each pair of items."""
    closure = session.constraints.closure()
    return {pair: closure.same(*pair) for pair in combinations(range(N), 2)}


@cache
def world() -> tuple[Store, ImageSet, Index]:
    """One store in memory for every example, because making one takes longer than an example."""
    features, _ = blobs(N)
    return Store(Path(mkdtemp()), "sqlite://"), ImageSet.from_features("blobs", features), small_index(features)


def answered(answers: int, k: int = 3) -> Session:
    """A session after some answers by somebody who knows k groups: i, i + k, i + 2k, ..."""
    store, images, index = world()
    session = Session.create(uuid4().hex, images, index, store=store, method="nearest", strategy="drawn")
    for _ in range(answers):
        for question in session.ask(1, "ann"):
            item = question.items[0] % k
            places = [place for place, option in enumerate(question.options, 1) if option[0] % k == item]
            session.tell(question.id, str(places[0]) if places else "none", "ann")
    return session


def editor(session: Session, annotator: str = "ann") -> Editor:
    return Editor(session.ledger, session.refit(), annotator)


def unchanged_but_for(before: Relations, after: Relations, items: set[int]) -> None:
    """Whatever was known of other items is known still."""
    for pair, said in before.items():
        if said is not None and not items.intersection(pair):
            assert after[pair] == said, pair


@settings(max_examples=40)
@given(st.integers(0, 12), st.integers(0, N - 1), st.integers(0, 2))
def test_what_is_moved_is_there_and_others_stay(answers: int, item: int, group: int) -> None:
    session = answered(answers)
    labels = session.refit().labels
    if group > labels.max() or (labels == group).sum() < 2:
        return
    leader = editor(session).leader(group, frozenset({item}))
    before = relations(session)
    session.edit(editor(session).move([item], group))
    after = relations(session)
    assert session.constraints.closure().same(item, leader) is True
    assert not session.ledger.conflicts
    unchanged_but_for(before, after, {item})
    assert session.refit().labels[item] == session.refit().labels[leader]
    if before != after:
        session.undo("ann")
    assert relations(session) == before
    assert not session.ask(1, "ann") or session.ask(1, "ann")[0].why == "drawn at random"


@settings(max_examples=40)
@given(st.integers(0, 12), st.sets(st.integers(0, N - 1), min_size=1, max_size=5))
def test_what_is_split_off_is_a_group_and_others_stay(answers: int, items: set[int]) -> None:
    session = answered(answers)
    before = relations(session)
    session.edit(editor(session).split(sorted(items)))
    after, closure = relations(session), session.constraints.closure()
    assert all(closure.same(*pair) for pair in combinations(items, 2))
    assert not session.ledger.conflicts
    unchanged_but_for(before, after, items)
    own = closure.component_of(min(items))
    if own is not None and len(session.constraints.groups) > 1:
        assert own in session.constraints.groups
        assert set(closure.members[own].tolist()) == items
    session.undo("ann")
    assert relations(session) == before


@settings(max_examples=40)
@given(st.integers(3, 12))
def test_merged_groups_are_one_and_others_stay(answers: int) -> None:
    session = answered(answers, k=4)
    closure, groups = session.constraints.closure(), session.constraints.groups
    if len(groups) < 2:
        return
    first, second = (int(session.refit().labels[leader]) for leader in session.constraints.leaders[:2])
    members = {*closure.members[groups[0]].tolist(), *closure.members[groups[1]].tolist()}
    before = relations(session)
    session.edit(editor(session, "bob").merge((first, second)))
    after = relations(session)
    assert all(after[pair] is True for pair in combinations(sorted(members), 2))
    assert not session.ledger.conflicts
    assert len(session.constraints.groups) == len(groups) - 1
    unchanged_but_for(before, after, members)
    for inside in members:
        for outside in set(range(N)) - members:
            pair = (min(inside, outside), max(inside, outside))
            assert before[pair] is None or after[pair] == before[pair]
    session.undo("bob")
    assert relations(session) == before


@settings(max_examples=40)
@given(st.integers(0, 10), st.sets(st.integers(0, N - 1), min_size=1, max_size=8), st.data())
def test_a_confirmed_page_holds(answers: int, items: set[int], data: st.DataObject) -> None:
    out = data.draw(st.sets(st.sampled_from(sorted(items))))
    session = answered(answers)
    before = relations(session)
    try:
        leader = editor(session).leader(0, frozenset(out))
        planned = editor(session).confirm(0, sorted(items), sorted(out))
    except NotFoundError:
        return
    session.edit(planned)
    closure = session.constraints.closure()
    for item in items - {leader}:
        assert closure.same(item, leader) is (item not in out)
    assert not session.ledger.conflicts
    unchanged_but_for(before, relations(session), items)


@pytest.fixture
def told(session: Session) -> Session:
    """A session with three answers: 1 with 0, 2 with neither, 3 with 2."""
    from clusteer.core.questions import Question

    for kind, items, options, choice in (
        ("same", (0, 1), (), "same"),
        ("member", (2,), ((0,),), "none"),
        ("member", (3,), ((0,), (2,)), "2"),
    ):
        (question,) = session.pose([Question("", kind, items, options, True)], "ann")
        session.tell(question.id, choice, "ann")
    return session


def test_an_edit_and_what_it_withdraws_are_undone_as_one_step(told: Session) -> None:
    before = [answer.id for answer in told.ledger.answers]
    group = int(told.refit().labels[0])
    lines = told.edit(editor(told).move([3], group))
    assert [answer.id for answer in told.ledger.answers if answer.id in before] == ["a1", "a2"]
    told.undo("ann")
    assert {answer.question.id for answer in told.ledger.answers} == {"q1", "q2", "q3"}
    assert not {line.id for line in lines} & {answer.id for answer in told.ledger.answers}
    # The next step back is what was said before the edit, not what its undoing told anew.
    assert told.undo("ann").question.id == "q3"
    assert told.undo("ann").question.id == "q2"


def test_the_item_that_opened_a_group_leaves_the_group_behind(told: Session) -> None:
    told.edit(editor(told).move([2], int(told.refit().labels[0])))
    closure = told.constraints.closure()
    assert closure.same(2, 0) is True
    assert closure.same(3, 0) is False
    assert len(told.constraints.groups) == 2


def test_two_items_are_put_together_against_what_was_said_of_just_these(told: Session) -> None:
    told.edit(editor(told).link((2, 0), together=True))
    assert told.constraints.closure().same(2, 0) is True
    told.undo("ann")
    told.edit(editor(told).link((0, 1), together=False))
    assert told.constraints.closure().same(0, 1) is False


def test_an_edit_against_a_chain_of_answers_is_a_clash_and_loses_nothing(told: Session) -> None:
    before = [answer.id for answer in told.ledger.answers]
    told.edit(editor(told).link((1, 3), together=True))
    assert before == [answer.id for answer in told.ledger.answers][:3]
    (conflict,) = told.ledger.conflicts
    assert {*conflict.items} == {0, 1, 2, 3}


def test_one_persons_undo_leaves_the_other_persons_edit(told: Session) -> None:
    told.edit(editor(told, "bob").move([7], int(told.refit().labels[0])))
    assert told.undo("ann").question.id == "q3"
    assert told.constraints.closure().same(7, 0) is True
    told.undo("bob")
    with pytest.raises(NotFoundError):
        told.undo("bob")


def test_what_is_undone_of_an_edit_is_not_asked(told: Session) -> None:
    told.edit(editor(told).move([7], int(told.refit().labels[0])))
    told.undo("ann")
    assert not told.ledger.unanswered


def test_an_edit_that_says_nothing_new_writes_nothing(told: Session) -> None:
    assert told.edit(Edit("ann", ())) == []


BAD: list[Callable[[Editor], Edit]] = [
    lambda editor: editor.merge((0, 0)),
    lambda editor: editor.link((4, 4), together=True),
    lambda editor: editor.move([], 0),
    lambda editor: editor.move([400], 0),
    lambda editor: editor.split([-1]),
    lambda editor: editor.confirm(0, [4], [5]),
    lambda editor: editor.move([4], 99),
]


@pytest.mark.parametrize("plan", BAD)
def test_what_cannot_be_meant_is_refused(told: Session, plan: Callable[[Editor], Edit]) -> None:
    with pytest.raises((InvalidInputError, NotFoundError)):
        plan(editor(told))
