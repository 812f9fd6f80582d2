from pathlib import Path

import numpy as np
import pytest

from clusteer.core.errors import InvalidInputError
from clusteer.core.questions import AUDIT, NONE
from clusteer.metrics import accuracy
from clusteer.queries.costs import human_seconds
from clusteer.queries.oracles import ByExemplar, Lazy, Noisy
from clusteer.sessions.replay import replay_of, replayed_answers
from clusteer.sessions.simulate import Curve, default_marks, simulate
from tests.sessions.fakes import blobs, make_session, small_index

FEATURES, TRUTH = blobs(60)
INDEX = small_index(FEATURES)


def run(budget: int = 30, seed: int = 0, **options: object) -> Curve:
    settings: dict[str, object] = {"oracle": ByExemplar(), "method": "nearest", "strategy": "drawn", **options}
    return simulate(INDEX, TRUTH, budget=budget, seed=seed, **settings)  # type: ignore[arg-type]  # one call for all


def test_accuracy_grows_with_answers() -> None:
    curve = run(marks=(0, 5, 30))
    assert [point.answers for point in curve.points] == [0, 5, 30]
    first, _, last = curve.points
    assert first.acc < last.acc
    assert last.acc > 0.9
    assert last.acc == accuracy(TRUTH, curve.labels)
    assert last.human_seconds == pytest.approx(30 * 7.8)
    assert all(point.update_seconds > 0 for point in curve.points)
    assert curve.labels.shape == (60,)


def test_same_seed_same_curve() -> None:
    def plain(curve: Curve) -> list[tuple[float, ...]]:
        return [(p.answers, p.human_seconds, p.acc, p.nmi, p.ari) for p in curve.points]

    noisy = Noisy(0.2)
    assert plain(run(20, 3, oracle=noisy)) == plain(run(20, 3, oracle=noisy))
    assert plain(run(20, 3, oracle=noisy)) != plain(run(20, 4, oracle=noisy))


def test_skips_cost_an_answer_each() -> None:
    curve = run(20, oracle=Lazy(0.5))
    assert curve.points[-1].answers == 20
    assert curve.points[-1].human_seconds < 20 * 7.8


def test_it_ends_where_nothing_is_left_to_ask() -> None:
    curve = run(500)
    assert [point.answers for point in curve.points] == [0, 10, 20, 50, 59]
    assert curve.points[-1].acc == 1


def test_recorded_answers_are_repeated(tmp_path: Path) -> None:
    session, truth = make_session(tmp_path, n=60)
    np.testing.assert_array_equal(truth, TRUTH)
    for _ in range(12):
        (question,) = session.ask()
        session.tell(question.id, "skip" if question.id == "q3" else ByExemplar().answer(
            question, truth, np.random.default_rng(0)))  # fmt: skip
    (tmp_path / "replay.json").write_text(replay_of(session).model_dump_json())
    answers = replayed_answers(tmp_path / "replay.json", session.images)
    curve = run(100, answers=answers)
    np.testing.assert_array_equal(curve.labels, session.refit().labels)
    assert curve.points[-1].answers == 12
    assert curve.points[-1].human_seconds == pytest.approx(sum(human_seconds(a.question, a.choice) for a in answers))
    assert run(5, answers=answers).points[-1].answers == 5


def test_audit_answers_that_tell_nothing_yet_end_no_simulation() -> None:
    curve = run(2, strategy="audit")
    assert curve.answers[-1].question.purpose == AUDIT
    assert curve.answers[-1].choice == NONE
    assert curve.sureness is None


def test_marks() -> None:
    assert default_marks(300) == (0, 10, 20, 50, 100, 200, 300)
    assert default_marks(30) == (0, 10, 20)
    assert [point.answers for point in run(30, marks=(7,)).points] == [7, 30]


def test_bad_input_is_said() -> None:
    with pytest.raises(InvalidInputError, match="budget is 0"):
        run(0)
    with pytest.raises(InvalidInputError, match=r"truth has shape \(3,\) but there are 60 items"):
        simulate(INDEX, [0, 1, 2], budget=5, oracle=ByExemplar())
