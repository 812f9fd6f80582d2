from collections.abc import Iterator, Mapping
from itertools import count

import pytest
import torch
from torch import Tensor, nn
from torch.optim import SGD, Optimizer

from clusteer import training
from clusteer.training import DivergedError, EpochReport, Step, train


class Parabola:
    """Minimises (x - 3)^2 by its first optimiser and y^2 by its second."""

    phase = "descent"
    clip_norm: float | None = None
    changed: float | None = None

    def __init__(self, stop_after: int = 99, steps: int = 4) -> None:
        self.x, self.y = nn.Parameter(torch.tensor(0.0)), nn.Parameter(torch.tensor(1.0))
        self.optimizers: Mapping[str, Optimizer] = {"main": SGD([self.x], lr=0.1), "other": SGD([self.y], lr=0.1)}
        self.stop_after, self.n_steps = stop_after, steps
        self.reports: list[EpochReport] = []

    def steps(self, epoch: int) -> Iterator[Step]:
        for _ in range(self.n_steps):
            yield Step({"x": (self.x - 3).square()})
        yield Step({"y": self.y.square(), "again": self.y.square()}, "other")
        self.changed = 1 / (epoch + 1)

    def converged(self, report: EpochReport) -> bool:
        self.reports.append(report)
        return report.epoch == self.stop_after


def test_the_loop_steps_each_optimiser_on_its_own_terms_and_reports_means() -> None:
    objective = Parabola(steps=2)
    (report,) = train(objective, 1)
    assert objective.x.item() == pytest.approx(0.6 + 0.2 * 2.4)
    assert objective.y.item() == pytest.approx(1 - 0.1 * 4)
    assert report.losses == {"x": pytest.approx((9 + 2.4**2) / 2), "y": pytest.approx(1), "again": pytest.approx(1)}
    assert (report.phase, report.epoch, report.of, report.changed, report.finished) == ("descent", 1, 1, 1.0, True)


def test_it_stops_where_the_objective_has_converged() -> None:
    objective = Parabola(stop_after=3)
    reports = list(train(objective, 10))
    assert [report.epoch for report in reports] == [1, 2, 3]
    assert objective.reports == reports
    assert [report.changed for report in reports] == [1, 1 / 2, 1 / 3]
    assert list(train(Parabola(), 0)) == []


def test_closing_the_iterator_ends_training() -> None:
    objective = Parabola()
    reports = train(objective, 10)
    next(reports)
    before = objective.x.item()
    reports.close()  # type: ignore[attr-defined]  # a generator is an iterator that can be closed
    assert objective.x.item() == before


def test_long_epochs_report_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = count(0.0, 0.4)
    monkeypatch.setattr("clusteer.training.time.monotonic", lambda: next(clock))
    reports = list(train(Parabola(steps=20), 1))
    assert [report.finished for report in reports[:-1]] == [False] * (len(reports) - 1)
    assert len(reports) > 3
    assert reports[-1].finished
    assert all(report.changed is None for report in reports[:-1])


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_is_an_error_that_names_the_terms(bad: float) -> None:
    class Bad(Parabola):
        def steps(self, epoch: int) -> Iterator[Step]:
            yield Step({"links": self.x * bad + bad, "reconstruction": self.x + 0.5})

    objective = Bad()
    with pytest.raises(DivergedError, match=r"links is (nan|inf), reconstruction is 0.5; give a smaller learning rate"):
        list(train(objective, 1))
    assert objective.x.item() == 0


def test_a_step_without_a_gradient_is_an_error_that_names_the_terms() -> None:
    class Flat(Parabola):
        def steps(self, epoch: int) -> Iterator[Step]:
            yield Step({"constant": torch.tensor(1.0)})

    with pytest.raises(ValueError, match="the terms constant depend on no parameter"):
        list(train(Flat(), 1))


def test_long_gradients_are_shortened() -> None:
    objective = Parabola(steps=1)
    objective.clip_norm = 1.0
    list(train(objective, 1))
    assert objective.x.item() == pytest.approx(0.1)


@pytest.mark.parametrize("faster", [True, False])
def test_precision_is_that_of_the_probe_and_does_not_leak(faster: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "bfloat16_is_faster", lambda: faster)
    seen: list[torch.dtype] = []

    class Product(Parabola):
        def steps(self, epoch: int) -> Iterator[Step]:
            for _ in range(2):
                with torch.no_grad():
                    product: Tensor = torch.ones(2, 2) @ torch.ones(2, 2)
                seen.append(product.dtype)
                yield Step({"x": self.x.square()})

    for _ in train(Product(), 2):
        assert (torch.ones(2, 2) @ torch.ones(2, 2)).dtype == torch.float32
        assert torch.is_grad_enabled()
    assert set(seen) == {torch.bfloat16 if faster else torch.float32}


def test_the_probe_draws_no_random_numbers() -> None:
    training.bfloat16_is_faster.cache_clear()
    torch.manual_seed(0)
    state = torch.get_rng_state()
    assert training.bfloat16_is_faster() in (True, False)
    assert torch.equal(torch.get_rng_state(), state)
