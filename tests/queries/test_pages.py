from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from clusteer.constraints import ConstraintSet, from_answers
from clusteer.core import Answer, Clustering, History, Question
from clusteer.core.questions import SHEET, page_choice
from clusteer.queries.margin import COLD, Margin
from clusteer.queries.member import open_options
from clusteer.queries.pages import ESTABLISHED, SURE, Pages
from tests.blobs import answers_about, told
from tests.queries.worlds import INDEX, TRUTH, clustering_of, world

HISTORY = History()
PARITY = TRUTH % 2
TWO = told(range(40), PARITY)
"""Two groups of twenty members each, led by 0 and 1."""


def sure(clustering: Clustering, labels: NDArray[np.int64], gap: float) -> Clustering:
    """The clustering that gives each item to its label and leads by ``gap`` everywhere."""
    k = int(labels.max()) + 1
    rest = (1 - gap) / k
    proba = np.full((len(labels), k), rest, np.float32)
    proba[np.arange(len(labels)), labels] += np.float32(gap)
    return replace(clustering, labels=labels, proba=proba)


def ask(clustering: Clustering, constraints: ConstraintSet, n: int = 1, history: History = HISTORY) -> list[Question]:
    return Pages().propose(clustering, constraints, history, n, 0)


def clean(constraints: ConstraintSet) -> History:
    """The past in which a page of each group was all right."""
    pages = [
        Question(
            "",
            "page",
            tuple(item for item in constraints.closure().members[group].tolist() if item != leader),
            ((leader,),),
        )
        for group, leader in zip(constraints.groups, constraints.leaders, strict=True)
    ]
    return History(answers=tuple(Answer(page, "all") for page in pages))


@pytest.mark.parametrize("answered", [0, 2, COLD - 1])
def test_it_opens_groups_as_margin_does(answered: int) -> None:
    constraints = world(range(answered))[1] if answered else ConstraintSet(400)
    clustering = clustering_of(INDEX, constraints)
    assert ask(clustering, constraints, 3) == Margin().propose(clustering, constraints, HISTORY, 3, 0)


def test_a_page_shows_one_group_and_what_stands_for_the_rest_of_it() -> None:
    clustering = sure(clustering_of(INDEX, TWO), PARITY, 0.8)
    found = ask(clustering, TWO, 2)
    assert [question.kind for question in found] == ["page"] * 2
    options = open_options(clustering, TWO)
    for question in found:
        (exemplars,) = question.options
        assert exemplars in options.values()
        assert len(question.items) == SHEET
        assert {int(PARITY[item]) for item in question.items} == {exemplars[0]}
        assert {int(TRUTH[item]) for item in question.items} == {exemplars[0], exemplars[0] + 2}
        assert not question.exhaustive


def test_neither_the_surest_nor_the_least_sure_are_shown() -> None:
    gaps = np.full(400, 0.999, np.float32)
    gaps[100:200], gaps[200:300] = 0.8, SURE - 0.1
    found = ask(replace(sure(clustering_of(INDEX, TWO), PARITY, 0.8), gaps=gaps), TWO, 400)
    pages = [question for question in found if question.kind == "page"]
    assert len(pages) == 2
    shown = np.array([item for question in pages for item in question.items])
    assert ((shown >= 100) & (shown < 200)).mean() > 0.9
    assert not ((shown >= 200) & (shown < 300)).any()


def test_where_the_model_wavers_it_asks_singly() -> None:
    clustering, constraints = world(range(40))
    assert {q.kind for q in ask(sure(clustering, TRUTH, SURE - 0.2), constraints, 5)} == {"member"}


def test_a_group_hardly_begun_has_no_page() -> None:
    constraints = world([*range(0, 4 * ESTABLISHED, 4), *range(1, 4 * ESTABLISHED, 4), 2, *range(3, 60, 4)])[1]
    clustering = sure(clustering_of(INDEX, constraints), TRUTH.copy(), 0.8)
    order = [int(TRUTH[leader]) for leader in constraints.leaders]
    clustering = sure(clustering, np.argsort(order)[TRUTH], 0.8)
    found = ask(clustering, constraints, 400, clean(constraints))
    pages = [question for question in found if question.kind == "page"]
    assert sorted(int(TRUTH[page.options[0][0]]) for page in pages) == [0, 1, 3]


def test_a_page_may_have_one_item() -> None:
    clustering, constraints = world(range(40))
    history = History(barred=frozenset(range(41, 400)))
    gaps = np.full(400, 0.8, np.float32)
    (question,) = ask(replace(sure(clustering, TRUTH, 0.8), gaps=gaps), constraints, 5, history)
    assert question.items == (40,)
    told = [*answers_about(range(40), TRUTH), Answer(Question("", "page", (40,), ((0,),)), "all", id="p")]
    assert from_answers(told, 400).closure().same(40, 0) is True


def test_a_group_opened_by_a_slip_has_no_page_of_its_own() -> None:
    """Two groups mean the same: whoever is asked about the smaller would put half of the class there."""
    constraints = ConstraintSet.from_pairs(
        400, [(0, 4 * i) for i in range(1, 12)] + [(1, 4 * i + 1) for i in range(1, 8)], [(0, 1), (0, 48), (1, 48)]
    ).with_(must_link=[(48, item) for item in (52, 56, 60)])
    clustering = sure(clustering_of(INDEX, constraints), TRUTH % 2, 0.8)
    pages = [question for question in ask(clustering, constraints, 400) if question.kind == "page"]
    assert sorted(page.options[0][0] for page in pages) == [0, 1]


def test_a_group_whose_leader_is_gone_is_shown_by_another_member() -> None:
    clustering = sure(clustering_of(INDEX, TWO), PARITY, 0.8)
    history = History(gone=frozenset({0, *range(1, 40, 2)}))
    pages = [question for question in ask(clustering, TWO, 400, history) if question.kind == "page"]
    assert [page.options[0][0] for page in pages] == [2], "nothing of the other group is left to show"


def test_what_was_clicked_out_comes_back_singly_or_on_another_page() -> None:
    clustering, constraints = world(range(40))
    group = [item for item in range(40, 400) if TRUTH[item] == 0]
    outcasts = group[:SHEET]
    rejected = constraints.with_(cannot_link=[(0, item) for item in outcasts])
    certain = sure(clustering, TRUTH, 0.99)
    proba = certain.proba.copy()
    proba[outcasts[:12]] = [0.1, 0.8, 0.05, 0.05]
    proba[outcasts[12:]] = [0.1, 0.35, 0.3, 0.25]
    history = replace(clean(constraints), barred=frozenset(set(range(40, 400)) - set(outcasts)))
    found = ask(replace(certain, proba=proba, gaps=certain.margin()), rejected, 400, history)
    kinds = {item: question for question in found for item in question.items}
    for item in outcasts[:12]:
        assert kinds[item].kind == "page"
        assert kinds[item].options[0][0] == 1
    for item in outcasts[12:]:
        assert kinds[item].kind == "member"
        assert 0 not in {option[0] for option in kinds[item].options}


def test_what_was_likely_clicked_out_by_a_slip_is_asked_about_last() -> None:
    clustering, constraints = world(range(40))
    slips = [item for item in range(40, 60) if TRUTH[item] == 0]
    rejected = constraints.with_(cannot_link=[(0, item) for item in slips])
    certain = sure(clustering, TRUTH, 0.9)
    asked = [item for question in ask(certain, rejected, 400) for item in question.items]
    assert set(asked[-len(slips) :]) == set(slips)


def test_pages_that_were_mostly_wrong_give_way_to_single_questions_until_that_is_long_ago() -> None:
    certain = sure(clustering_of(INDEX, TWO), PARITY, 0.8)
    four = sure(clustering_of(INDEX, TWO), TRUTH, 0.8)
    (page,) = ask(certain, TWO)
    assert page.kind == "page"
    wrong = Answer(page, page_choice(page, page.items))
    constraints = world(range(40))[1]
    before = [question.kind for question in ask(four, constraints, 400, clean(constraints))]
    assert before.count("page") == 4
    past = (*clean(constraints).answers, wrong)
    after = [question.kind for question in ask(four, constraints, 400, History(answers=past))]
    assert after.index("member") < before.index("member")
    singles = [Answer(Question("", "same", (0, 4)), "skip")] * 300
    (later,) = ask(certain, TWO, 1, History(answers=(wrong, *singles)))
    assert later.score == pytest.approx(page.score, rel=1e-3)


def test_a_page_counts_most_for_its_own_group() -> None:
    clustering = sure(clustering_of(INDEX, TWO), PARITY, 0.8)
    pages = {page.options[0][0]: page for page in ask(clustering, TWO, 2)}
    wrong = History(answers=(Answer(pages[0], page_choice(pages[0], pages[0].items)),))
    after = {page.options[0][0]: page for page in ask(clustering, TWO, 400, wrong) if page.kind == "page"}
    assert after[0].score < after[1].score < pages[1].score
    assert "about 80%" in pages[0].why


def test_a_skipped_page_tells_nothing_of_the_next() -> None:
    clustering = sure(clustering_of(INDEX, TWO), PARITY, 0.8)
    (page,) = ask(clustering, TWO)
    assert page.kind == "page"
    for choice in ("skip", "unsure"):
        assert ask(clustering, TWO, 1, History(answers=(Answer(page, choice),))) == [page]


def test_of_two_groups_what_does_not_belong_to_one_is_as_good_as_told() -> None:
    """So pages of many wrong items still pay where there are two groups, and hardly where there are four."""
    kept = {}
    for constraints, labels in ((TWO, PARITY), (world(range(40))[1], TRUTH)):
        certain, past = sure(clustering_of(INDEX, constraints), labels, 0.8), clean(constraints)
        before = ask(certain, constraints, 400, past)[0]
        assert before.kind == "page"
        wrong = Answer(before, page_choice(before, before.items))
        asked = ask(certain, constraints, 400, History(answers=(*past.answers, wrong)))
        again = [q.score for q in asked if q.kind == "page" and q.options == before.options]
        kept[len(constraints.groups)] = sum(again) / before.score
    assert kept[2] > 0.5 > kept[4]
