import numpy as np

from clusteer.constraints import ConstraintSet
from clusteer.core import History
from clusteer.queries.cold_start import first_questions
from clusteer.queries.uniform import Uniform
from tests.queries.worlds import INDEX, TRUTH, clustering_of, world


def drawn(spent: int = 10, n: int = 400, seed: int = 0) -> list[int]:
    clustering, constraints = world(range(20))
    return [q.items[0] for q in Uniform().propose(clustering, constraints, History(spent=spent), n, seed)]


def test_before_any_answer_it_asks_for_the_first_landmarks() -> None:
    nothing = ConstraintSet(400)
    found = Uniform().propose(clustering_of(INDEX, nothing), nothing, History(), 3, 0)
    assert found == first_questions(INDEX, np.arange(400), 3, 0)


def test_every_item_that_may_be_asked_about_is_drawn_once() -> None:
    assert sorted(drawn()) == list(range(20, 400))


def test_the_draw_is_uniform() -> None:
    firsts = np.array([item for seed in range(60) for item in drawn(n=10, seed=seed)])
    assert firsts.mean() == np.clip(firsts.mean(), 195, 225)
    assert np.bincount(TRUTH[firsts]).min() > 110


def test_seed_and_questions_spent_decide_the_draw() -> None:
    assert drawn(n=5) == drawn(n=5) == drawn()[:5]
    assert drawn(n=5, seed=1) != drawn(n=5)
    assert drawn(n=5, spent=11) != drawn(n=5)
