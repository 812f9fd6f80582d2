from dataclasses import replace

import numpy as np

from clusteer.constraints import ConstraintSet, Member, MustLink, Rejection
from clusteer.core import History
from clusteer.queries.member import ESTABLISHED, EXEMPLARS, SETTLED, candidates, member_question, open_options
from tests.queries.worlds import INDEX, TRUTH, clustering_of, world

ANSWERED = SETTLED + 2
"""Items of four groups, by turns: 13 each."""


def test_young_groups_show_their_leader_alone_in_the_order_they_opened() -> None:
    clustering, constraints = world([6, 2, 3, 0, 7, 10, 1])
    assert list(open_options(clustering, constraints).values()) == [(6,), (3,), (0,), (1,)]
    assert tuple(open_options(clustering, constraints)) == constraints.groups


def test_an_established_group_shows_trusted_members_far_from_each_other() -> None:
    clustering, constraints = world(range(ANSWERED))
    certain = replace(clustering, proba=np.eye(4, dtype=np.float32)[TRUTH], labels=TRUTH)
    for leader, shown in zip(constraints.leaders, open_options(certain, constraints).values(), strict=True):
        assert shown[0] == leader
        assert len(set(shown)) == EXEMPLARS
        members = [item for item in range(ANSWERED) if TRUTH[item] == TRUTH[leader]]
        assert set(shown) <= set(members)
        for place in range(1, EXEMPLARS):
            before = INDEX.embedding[list(shown[:place])]
            likeness = (INDEX.embedding[members] @ before.T).max(axis=1)
            assert shown[place] == members[int(np.argmin(likeness))]


def test_a_group_one_answer_short_of_established_shows_its_leader_alone() -> None:
    others = [item for item in range(ANSWERED + 10) if TRUTH[item] != 3]
    clustering, constraints = world([*others, *range(3, 4 * ESTABLISHED - 1, 4)])
    certain = replace(clustering, proba=np.eye(4, dtype=np.float32)[TRUTH], labels=TRUTH)
    assert [len(shown) for shown in open_options(certain, constraints).values()] == [3, 3, 3, 1]


def test_among_few_answers_even_a_large_group_shows_its_leader_alone() -> None:
    # Of twelve answers a wrong one may be the surest of its group.
    items = [item for item in range(4 * SETTLED) if TRUTH[item] < 2][: SETTLED - 1]
    clustering, constraints = world(items)
    certain = replace(clustering, proba=np.eye(2, dtype=np.float32)[TRUTH % 2], labels=TRUTH % 2)
    assert [len(shown) for shown in open_options(certain, constraints).values()] == [1, 1]
    assert len(constraints.closure().members[0]) > 2 * ESTABLISHED


def test_members_in_doubt_are_not_shown() -> None:
    clustering, constraints = world(range(ANSWERED))
    proba = np.eye(4, dtype=np.float32)[TRUTH]
    doubted = list(range(8, ANSWERED))
    proba[doubted] = 0.25
    options = open_options(replace(clustering, proba=proba, labels=TRUTH), constraints)
    assert list(options.values()) == [(0, 4), (1, 5), (2, 6), (3, 7)]
    proba[:] = 0.25
    assert [len(shown) for shown in open_options(replace(clustering, proba=proba), constraints).values()] == [1] * 4


def test_members_that_look_like_those_of_another_group_are_not_shown() -> None:
    clustering, constraints = world(range(ANSWERED))
    certain = replace(clustering, proba=np.eye(4, dtype=np.float32)[TRUTH], labels=TRUTH)
    shown = [item for options in open_options(certain, constraints).values() for item in options[1:]]
    moved = INDEX.embedding.copy()
    moved[shown] = INDEX.embedding[[(item + 1) % 4 + 4 for item in shown]]
    lying = replace(certain, index=replace(INDEX, embedding=moved))
    after = [item for options in open_options(lying, constraints).values() for item in options[1:]]
    assert len(after) == len(shown)
    assert not set(shown) & set(after)


def test_of_the_members_those_less_sure_than_most_are_not_shown() -> None:
    clustering, constraints = world(range(ANSWERED))
    proba = np.eye(4, dtype=np.float32)[TRUTH]
    surest = list(range(28))  # Seven of the thirteen of each group.
    proba[28:] = 0.997 * proba[28:] + 0.001
    options = open_options(replace(clustering, proba=proba, labels=TRUTH), constraints)
    assert {item for shown in options.values() for item in shown} <= set(surest)


def test_members_all_alike_are_shown_once() -> None:
    index = replace(INDEX, embedding=np.ones_like(INDEX.embedding) / np.sqrt(np.float32(INDEX.embedding.shape[1])))
    constraints = ConstraintSet.from_pairs(400, [(0, item) for item in range(1, 20)], [])
    assert [*open_options(clustering_of(index, constraints), constraints).values()] == [(0,)]


def test_candidates_are_what_is_in_no_group_and_may_be_asked_about() -> None:
    clustering, constraints = world([0, 1, 2, 3])
    history = History(deferred=frozenset({5, 6}), barred=frozenset({0, 399}))
    allowed = candidates(clustering, constraints, history)
    assert allowed.tolist() == [item for item in range(400) if item not in {0, 1, 2, 3, 5, 6, 399}]
    nothing = candidates(clustering, ConstraintSet(400), History())
    assert nothing.tolist() == list(range(400))


OPEN = ConstraintSet.from_pairs(400, [], [(0, 1), (0, 2), (1, 2)])
HALF_PLACED = OPEN.with_(must_link=[(5, 9)], cannot_link=[(9, 0)])


def test_an_answered_item_in_no_group_may_be_asked_about_again_beside_the_groups_still_possible() -> None:
    clustering = clustering_of(INDEX, HALF_PLACED)
    assert {5, 9} <= set(candidates(clustering, HALF_PLACED, History()).tolist())
    options = open_options(clustering, HALF_PLACED)
    assert member_question(5, options, HALF_PLACED, clustering, 0.5, "").options == ((1,), (2,))
    assert member_question(7, options, HALF_PLACED, clustering, 0.5, "").options == ((0,), (1,), (2,))


def test_none_of_the_rest_opens_a_group() -> None:
    clustering = clustering_of(INDEX, HALF_PLACED)
    question = member_question(5, open_options(clustering, HALF_PLACED), HALF_PLACED, clustering, 0.5, "why")
    assert question.exhaustive
    said = tuple(Rejection(item=5, exemplars=option) for option in question.options)
    assert len(replace(HALF_PLACED, rejections=said).groups) == 4
    joined = replace(HALF_PLACED, members=(Member(item=5, exemplars=question.options[0]),))
    assert joined.closure().same(9, 1)


def test_a_question_says_what_it_is() -> None:
    clustering, constraints = world([0, 1])
    question = member_question(9, open_options(clustering, constraints), constraints, clustering, 0.25, "because")
    assert (question.id, question.kind, question.items) == ("", "member", (9,))
    assert (question.round, question.score, question.why) == (2, 0.25, "because")


def test_a_group_led_by_an_item_that_moved_is_led_by_it_still() -> None:
    """What the clustering thinks of a leader does not change what the group means."""
    clustering, constraints = world([0, 1, 2, 3])
    moved = replace(clustering, labels=np.roll(clustering.labels, 1))
    assert open_options(moved, constraints) == open_options(clustering, constraints)
    must = ConstraintSet(400, must_links=(MustLink(first=0, second=1),))
    assert [*open_options(clustering_of(INDEX, must), must).values()] == [(0,)]


def test_what_is_gone_is_neither_asked_about_nor_shown() -> None:
    clustering, constraints = world([6, 2, 3, 0, 7, 10, 1])
    assert candidates(clustering, constraints, History(gone=frozenset({5, 399}))).tolist() == [
        item for item in range(400) if item not in {6, 2, 3, 0, 7, 10, 1, 5, 399}
    ]
    # 2 and 10 go with 6: the next that was answered about stands for the group.
    options = open_options(clustering, constraints, frozenset({6, 3}))
    assert list(options.values()) == [(2,), (7,), (0,), (1,)]
    assert list(open_options(clustering, constraints, frozenset({6, 2})).values()) == [(10,), (3,), (0,), (1,)]


def test_a_group_of_which_nothing_is_left_is_not_on_offer_and_none_opens_no_group() -> None:
    clustering, constraints = world([6, 2, 3, 0, 7, 10, 1])
    options = open_options(clustering, constraints, frozenset({1}))
    assert list(options.values()) == [(6,), (3,), (0,)]
    question = member_question(20, options, constraints, clustering, 1.0, "why")
    assert question.options == ((6,), (3,), (0,))
    assert not question.exhaustive
    assert member_question(20, open_options(clustering, constraints), constraints, clustering, 1.0, "why").exhaustive


def test_established_groups_show_only_what_is_there() -> None:
    clustering, constraints = world(range(ANSWERED))
    certain = replace(clustering, proba=np.eye(4, dtype=np.float32)[TRUTH], labels=TRUTH)
    gone = frozenset(item for shown in open_options(certain, constraints).values() for item in shown[1:])
    for shown in open_options(certain, constraints, gone).values():
        assert gone.isdisjoint(shown)
