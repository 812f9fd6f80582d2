"""A deep fit is a round like any other: on disk when it is done, found again, gone on from, taken away."""

import json
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from clusteer.constraints import from_answers
from clusteer.core import Answer, Question
from clusteer.core.errors import InvalidInputError, NotFoundError, UnavailableError
from clusteer.data.images import ImageSet
from clusteer.methods import linked_contrast
from clusteer.methods.adc import ADC
from clusteer.methods.dcc import DCC, IDEC
from clusteer.methods.idc import IDC
from clusteer.methods.spherepair import SpherePair
from clusteer.metrics import accuracy
from clusteer.neighbors import build_index
from clusteer.queries.oracles import ByExemplar
from clusteer.sessions.deep_fit import finished, fit_deep
from clusteer.sessions.model import load_model
from clusteer.sessions.registry import Report
from clusteer.sessions.session import Session
from clusteer.sessions.simulate import simulate
from clusteer.sessions.store import Store
from tests.sessions.fakes import blobs

N = 64
FEATURES, TRUTH = blobs(N)
PRETRAINED = [("dcc", "pretraining"), ("idec", "pretraining"), ("spherepair", "pretraining")]


@pytest.fixture(autouse=True)
def small_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions train with the defaults of the estimators, which are meant for thousands of items."""
    small = {"network": (32, 8), "pretrain_epochs": 20, "max_epochs": 30}
    for kind in (DCC, IDEC, SpherePair):
        defaults = kind.__init__.__kwdefaults__ or {}
        monkeypatch.setattr(kind.__init__, "__kwdefaults__", defaults | small)
    monkeypatch.setattr(linked_contrast, "_LEAST_STEPS", 30)
    defaults = ADC.__init__.__kwdefaults__ or {}
    monkeypatch.setattr(ADC.__init__, "__kwdefaults__", defaults | {"least_steps": 50})
    head = {"network": 32, "max_epochs": 20, "sure_batch_size": 64}
    monkeypatch.setattr(IDC.__init__, "__kwdefaults__", (IDC.__init__.__kwdefaults__ or {}) | head)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    images = ImageSet.from_features("blobs", FEATURES)
    made = Session.create("mine", images, build_index(FEATURES, "features"), store=Store(tmp_path / "home"))
    answer(made, 12)
    return made


def answer(session: Session, answers: int) -> None:
    for _ in range(answers):
        (question,) = session.ask()
        item = TRUTH[question.items[0]]
        if question.kind == "same":
            choice = "same" if item == TRUTH[question.items[1]] else "different"
        else:
            fitting = [place for place, option in enumerate(question.options, 1) if TRUTH[option[0]] == item]
            choice = str(fitting[0]) if fitting else "none"
        session.tell(question.id, choice)


@pytest.mark.parametrize(("method", "first"), [*PRETRAINED, ("adc", "links"), ("idc", "start"), ("pcl", "warm-up")])
@pytest.mark.filterwarnings("ignore:idec ignores:UserWarning")
def test_a_fit_is_a_round_that_another_process_finds(session: Session, method: str, first: str) -> None:
    shown, reports = session.refit(), list[Report]()
    fitted = fit_deep(session, method, reports.append)
    assert {first} <= {report.phase for report in reports}
    again = finished(Session.open("mine", session.store), method)
    assert np.array_equal(again.clustering.labels, fitted.clustering.labels)
    assert again.clustering.proba == pytest.approx(fitted.clustering.proba, abs=1e-5)
    assert (again.clustering.method, again.clustering.answers_upto) == (method, 12)
    assert session.clustering is shown, "what the session shows by itself has changed"
    assert session.store.rounds(session.row.id)[-1].method == method


@pytest.mark.parametrize("method", ["dcc", "idc"])
def test_groups_are_numbered_as_they_were_opened(session: Session, method: str) -> None:
    labels = fit_deep(session, method).clustering.labels
    assert labels[list(session.constraints.leaders)].tolist() == list(range(len(session.constraints.groups)))
    assert (labels == session.clustering.labels).mean() > 0.9


def test_a_second_fit_goes_on_and_renumbers_nothing(session: Session) -> None:
    first = fit_deep(session, "dcc").clustering
    answer(session, 4)
    reports: list[Report] = []
    second = fit_deep(session, "dcc", reports.append).clustering
    assert {report.phase for report in reports} == {"clustering"}
    assert (first.labels == second.labels).mean() > 0.9
    assert second.answers_upto == 16


def test_a_finished_fit_knows_only_the_answers_it_has_seen(session: Session) -> None:
    fitted = fit_deep(session, "dcc")
    answer(session, 5)
    assert (len(session.ledger.answers), len(fitted.ledger.answers)) == (17, 12)
    assert fitted.constraints == from_answers(fitted.ledger.answers, N)
    assert fitted.refit() is fitted.clustering


def test_an_answer_told_later_that_speaks_against_a_fit_does_not_keep_it_from_its_export(
    session: Session, tmp_path: Path
) -> None:
    fitted = fit_deep(session, "dcc")
    one, other = (int(np.flatnonzero(fitted.clustering.labels == group)[-1]) for group in (0, 1))
    session.store.add_told(session.row.id, [Answer(Question("", "same", (one, other)), "same")])
    state = finished(session, "dcc").status()
    assert (state.answers, state.doubtful, state.stale) == (12, {}, 1)
    fitted.export(tmp_path / "out")
    assert (tmp_path / "out" / "report.html").exists()


def test_its_model_groups_new_items_as_it_does(session: Session, tmp_path: Path) -> None:
    fitted = fit_deep(session, "spherepair")
    out = fitted.export(tmp_path / "out", folders=False).folder
    assert json.loads((out / "model" / "model.json").read_text())["method"] == "spherepair"
    model = load_model(out / "model")
    assert np.array_equal(model.predict(FEATURES), fitted.clustering.labels)


def test_an_item_is_explained_by_the_answered_ones_of_its_group(session: Session) -> None:
    fitted = fit_deep(session, "dcc")
    labels, answered = fitted.clustering.labels, set(session.constraints.closure().items.tolist())
    item = next(row for row in range(N) if row not in answered)
    evidence = fitted.why(item).evidence
    assert evidence
    assert {row for row, _ in evidence} <= answered
    assert {labels[row] for row, _ in evidence} == {labels[item]}
    assert sum(weight for _, weight in evidence) == pytest.approx(1)


def test_declared_sizes_decide_on_the_number_of_groups(session: Session) -> None:
    session.declare("sizes", {"shares": [0.2] * 5})
    assert fit_deep(session, "dcc").clustering.n_clusters == 5


def test_closing_mid_fit_writes_nothing(session: Session) -> None:
    def stop(report: Report) -> None:
        raise KeyboardInterrupt

    rounds = session.store.rounds(session.row.id)
    with pytest.raises(KeyboardInterrupt):
        fit_deep(session, "dcc", stop)
    assert session.store.rounds(session.row.id) == rounds
    assert fit_deep(session, "dcc").clustering.round == rounds[-1].number + 1


def test_two_processes_do_not_train_in_one_session_at_once(session: Session) -> None:
    with (
        FileLock(session.store.artifacts / f"fit-{session.row.id}.lock"),
        pytest.raises(UnavailableError, match="another process trains a method in session 'mine' now"),
    ):
        fit_deep(session, "dcc")


def test_what_cannot_be_is_said(session: Session, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="'propagation' is no deep method; there are dcc, idec, spherepair"):
        fit_deep(session, "propagation")
    with pytest.raises(NotFoundError, match="was not fitted with 'dcc' yet; run: clusteer fit mine --method dcc"):
        finished(session, "dcc")
    with pytest.raises(NotFoundError, match=r"--method dcc\|idec\|spherepair"):
        finished(session, "dreams")
    images = ImageSet.from_features("blobs", FEATURES)
    with pytest.raises(InvalidInputError, match="'dcc' trains for minutes"):
        Session.create("deep", images, session.index, store=session.store, method="dcc")


@pytest.mark.parametrize(("method", "strategy"), [("adc", "boundary"), ("pcl", "uncertain-pairs")])
def test_methods_of_pairs_find_out_themselves_what_they_imply(session: Session, method: str, strategy: str) -> None:
    fitted = fit_deep(session, method)
    assert accuracy(TRUTH, fitted.clustering.labels) > 0.9
    for question in session.ask(3):
        assert question.kind in ("same", "member")
    index = build_index(FEATURES, "features")
    curve = simulate(
        index, TRUTH, budget=30, oracle=ByExemplar(), method=method, strategy=strategy, n_clusters=4, marks=(30,)
    )
    assert curve.points[-1].acc > 0.9


def test_a_simulation_trains_where_it_measures_and_asks_as_ever() -> None:
    index = build_index(FEATURES, "features")
    instant, deep = (
        simulate(index, TRUTH, budget=12, oracle=ByExemplar(), method=method, marks=(0, 12))
        for method in ("propagation", "dcc")
    )
    assert [point.answers for point in deep.points] == [point.answers for point in instant.points] == [0, 12]
    assert [point.human_seconds for point in deep.points] == [point.human_seconds for point in instant.points]
    assert deep.points[-1].acc > 0.9
    assert accuracy(TRUTH, deep.labels) == deep.points[-1].acc


def test_demands_are_met_and_found_again(session: Session) -> None:
    groups = len(session.ledger.constraints.groups)
    least = N // groups - 1
    session.declare("cardinality", {"lower": least, "upper": None})
    fitted = fit_deep(session, "dcc")
    assert np.bincount(fitted.clustering.labels, minlength=groups).min() >= least
    again = finished(Session.open("mine", session.store), "dcc")
    assert np.array_equal(again.clustering.labels, fitted.clustering.labels)
    assert fitted.engine.unmet_ == ()
