import copy
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from sklearn.utils.estimator_checks import parametrize_with_checks
from torch import nn

from clusteer.constraints import ConstraintSet
from clusteer.core import InvalidInputError
from clusteer.methods.contrastive import ContrastiveClustering
from clusteer.methods.idc import IDC
from clusteer.metrics import accuracy
from tests.blobs import blobs, told

N, K = 240, 3
FEATURES, TRUTH = blobs(N, K, 8, spread=1.5)
SMALL: dict[str, Any] = {"n_clusters": K, "network": 32, "max_epochs": 20, "boost_epochs": 5, "batch_size": 60}


def made(**given: Any) -> ContrastiveClustering:
    return ContrastiveClustering(**(SMALL | given))


def views(v: int = 3) -> NDArray[np.float16]:
    """The items, and v - 1 other views of each."""
    rng = np.random.default_rng(0)
    return np.stack([FEATURES, *(FEATURES + rng.normal(size=FEATURES.shape) for _ in range(v - 1))]).astype(np.float16)


def pictures(n: int = 240) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """A bar that lies, stands or leans, somewhere in the middle."""
    rng = np.random.default_rng(0)
    drawn = np.zeros((n, 1, 12, 12), np.float32)
    truth = np.arange(n) % 3
    for row in range(n):
        place = int(rng.integers(4, 8))
        if truth[row] == 0:
            drawn[row, 0, place - 1 : place + 1, 1:11] = 1
        elif truth[row] == 1:
            drawn[row, 0, 1:11, place - 1 : place + 1] = 1
        else:
            for step in range(1, 11):
                drawn[row, 0, step, max(0, step - 1) : step + 2] = 1
    return drawn, truth


def small_network(channels: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(channels, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(8, 16, 3), nn.ReLU(), nn.Flatten(),
        nn.Linear(144, 32), nn.ReLU(),
    )  # fmt: skip


# One check is skipped by scikit-learn itself. Labels of a few epochs need not fill every cluster.
@parametrize_with_checks([made(boost_epochs=1)])  # type: ignore[untyped-decorator]  # scikit-learn carries no types
def test_it_is_a_scikit_learn_estimator(estimator: object, check: Callable[[object], None]) -> None:
    with warnings.catch_warnings():
        check(estimator)


def test_views_tell_the_groups() -> None:
    fitted = made(max_epochs=60).fit(views())
    assert accuracy(TRUTH, fitted.labels_) > 0.9
    assert np.array_equal(fitted.predict(views()[0]), fitted.labels_)
    assert fitted.transform(views()[0]).shape == (N, 32)


def test_pictures_tell_the_groups_and_answers_mend_them() -> None:
    drawn, truth = pictures()
    first = made(network=small_network, recipe="mild", max_epochs=25).fit(drawn)
    assert accuracy(truth, first.labels_) > 0.6
    constraints = told(range(30), truth)
    second = IDC(init=first, recipe="mild", start_epochs=5, max_epochs=10, sure_batch_size=60).fit(
        drawn, constraints=constraints
    )
    assert accuracy(truth, second.labels_) > max(0.9, accuracy(truth, first.labels_) - 0.02)


def test_same_seed_same_labels_and_no_touch_of_the_global_generator() -> None:
    state = torch.get_rng_state()
    one, two, other = (made(max_epochs=3, random_state=seed).fit(views()) for seed in (1, 1, 2))
    assert np.array_equal(one.transform(FEATURES), two.transform(FEATURES))
    assert not np.array_equal(one.transform(FEATURES), other.transform(FEATURES))
    assert torch.equal(torch.get_rng_state(), state)


def test_closing_mid_fit_leaves_it_as_it_was() -> None:
    fitted = made(max_epochs=2).fit(views())
    state = copy.copy(vars(fitted))
    progress = fitted.fit_iter(views())
    next(progress)
    progress.close()  # type: ignore[attr-defined]  # a generator is an iterator that can be closed
    assert all(vars(fitted)[name] is value for name, value in state.items())


def test_both_stages_report_their_terms() -> None:
    reports = [report for report in made(max_epochs=2, boost_epochs=1).fit_iter(views()) if report.finished]
    assert [(report.phase, set(report.losses)) for report in reports] == [
        *[("contrast", {"instances", "clusters", "sizes"})] * 2,
        ("self-labelling", {"instances", "labels", "sizes"}),
    ]


def test_constraints_are_ignored_and_counted() -> None:
    with pytest.warns(UserWarning, match="contrastive ignores 1 must-link"):
        made(max_epochs=1, boost_epochs=0).fit(FEATURES, constraints=ConstraintSet.from_pairs(N, [(0, 3)]))


def test_bad_input_is_named() -> None:
    with pytest.raises(InvalidInputError, match=r"noise is 1 and the temperatures 0.5 and 1.0; give a share below 1"):
        made(noise=1).fit(FEATURES)
    with pytest.raises(InvalidInputError, match="3 groups were asked for but there are 2 items"):
        made().fit(FEATURES[:2])
