"""What every deep method promises: one seed one result, refits that keep numbers, cancelling that moves nothing."""

import copy
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.utils.estimator_checks import parametrize_with_checks
from torch import nn

from clusteer.constraints import ConstraintSet, from_labels
from clusteer.core import InvalidInputError
from clusteer.encoders.encoder import Encoder
from clusteer.encoders.mlp import Autoencoder
from clusteer.methods import linked_contrast
from clusteer.methods.adc import ADC
from clusteer.methods.dcc import DCC, IDEC
from clusteer.methods.idc import IDC
from clusteer.methods.pcl import PCL
from clusteer.methods.spherepair import SpherePair
from clusteer.metrics import accuracy
from clusteer.training import DivergedError, EpochReport
from tests.blobs import blobs

N, K = 240, 3
FEATURES, TRUTH = blobs(N, K, 6, spread=1.0)
FEATURES /= 4
LINKS = from_labels(TRUTH, 60)
Deep = ADC | DCC | IDC | IDEC | PCL | SpherePair
Make = Callable[..., Deep]

SMALL: dict[str, Any] = {"network": (16, 3), "pretrain_epochs": 5, "max_epochs": 6, "batch_size": 32}
ADC_SMALL: dict[str, Any] = {
    "network": (16, 3), "siamese_epochs": 5, "least_steps": 100, "clustering_epochs": 6, "batch_size": 32,
    "pair_batch_size": 16,
}  # fmt: skip
PCL_SMALL: dict[str, Any] = {
    "network": (16,), "code_width": 3, "warmup_epochs": 1, "start_epochs": 3, "max_epochs": 6, "batch_size": 32,
    "learning_rate": 5e-3,
}  # fmt: skip


def idc(pretrain_epochs: int = 20, **given: Any) -> IDC:
    """A head that learns where to start from in place of being pretrained."""
    small = {"network": 16, "max_epochs": 6, "batch_size": 32, "sure_batch_size": 64}
    return IDC(n_clusters=K, start_epochs=pretrain_epochs, **(small | given))


AUTOENCODERS: dict[str, Make] = {
    "dcc": lambda **given: DCC(n_clusters=K, **(SMALL | given)),
    "idec": lambda **given: IDEC(n_clusters=K, **(SMALL | given)),
    "spherepair": lambda **given: SpherePair(n_clusters=K, **(SMALL | given)),
}
METHODS = AUTOENCODERS | {
    "adc": lambda **given: ADC(n_clusters=K, **(ADC_SMALL | given)),
    "idc": idc,
    "pcl": lambda **given: PCL(n_clusters=K, **(PCL_SMALL | given)),
}
ENCODERS = METHODS["adc"], METHODS["pcl"]
"""Methods that restore nothing."""
methods = pytest.mark.parametrize("make", METHODS.values(), ids=list(METHODS))
autoencoders = pytest.mark.parametrize("make", AUTOENCODERS.values(), ids=list(AUTOENCODERS))
pytestmark = pytest.mark.filterwarnings("ignore:idec ignores")


@pytest.fixture(autouse=True)
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linked_contrast, "_LEAST_STEPS", 40)


# Every check passes; one of them, of other array libraries than numpy, is skipped by scikit-learn itself.
@parametrize_with_checks(
    [
        *(make(pretrain_epochs=1, max_epochs=2) for make in (*AUTOENCODERS.values(), idc)),
        METHODS["adc"](clustering_epochs=2),
        METHODS["pcl"](max_epochs=2),
    ]
)  # type: ignore[untyped-decorator]  # scikit-learn carries no types
def test_it_is_a_scikit_learn_estimator(estimator: object, check: Callable[[object], None]) -> None:
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", "(ADC|DCC|IDEC|PCL|SpherePair) left"
        )  # A few epochs on noise may leave a group empty.
        check(estimator)


@methods
def test_same_seed_same_labels_and_no_touch_of_the_global_generator(make: Make) -> None:
    state = torch.get_rng_state()
    one, two, other = (make(random_state=seed).fit(FEATURES, constraints=LINKS) for seed in (1, 1, 2))
    assert np.array_equal(one.labels_, two.labels_)
    assert np.array_equal(one.transform(FEATURES), two.transform(FEATURES))
    assert not np.array_equal(one.transform(FEATURES), other.transform(FEATURES))
    assert torch.equal(torch.get_rng_state(), state)


@methods
def test_prediction_is_of_each_item_alone(make: Make) -> None:
    fitted = make().fit(FEATURES, constraints=LINKS)
    order = np.random.default_rng(0).permutation(N)
    assert np.array_equal(fitted.predict(FEATURES), fitted.labels_)
    assert np.array_equal(fitted.predict(FEATURES[order]), fitted.labels_[order])
    proba = fitted.predict_proba(FEATURES)
    assert proba.dtype == np.float32
    assert proba.sum(axis=1) == pytest.approx(np.ones(N), abs=1e-5)
    assert np.array_equal(proba.argmax(axis=1), fitted.labels_)
    assert fitted.predict_proba(FEATURES[7:8])[0] == pytest.approx(proba[7], abs=1e-5)


@methods
def test_it_finds_plain_groups(make: Make) -> None:
    fitted = make().fit(FEATURES, constraints=LINKS)
    assert fitted.labels_.dtype == np.int64
    assert accuracy(TRUTH, fitted.labels_) > 0.9
    new, truth = blobs(N + 60, K, 6, spread=1.0)
    assert accuracy(truth[N:], fitted.predict(new[N:] / 4)) > 0.85


@methods
def test_a_warm_refit_keeps_the_numbers_of_the_groups(make: Make) -> None:
    fitted = make(warm_start=True).fit(FEATURES, constraints=LINKS)
    before, network = fitted.labels_, fitted.network_
    phases = {report.phase for report in fitted.fit_iter(FEATURES, constraints=from_labels(TRUTH, 80))}
    assert "pretraining" not in phases
    assert fitted.network_ is not network
    assert (fitted.labels_ == before).mean() > 0.95


@methods
@pytest.mark.parametrize("reports", [0, 2, 6])
def test_closing_mid_fit_leaves_the_estimator_as_it_was(make: Make, reports: int) -> None:
    new = make()
    parameters = copy.deepcopy(vars(new))
    progress = new.fit_iter(FEATURES, constraints=LINKS)
    for _ in range(reports):
        assert isinstance(next(progress), EpochReport)
    progress.close()  # type: ignore[attr-defined]  # a generator is an iterator that can be closed
    assert vars(new) == parameters

    fitted = make(warm_start=True).fit(FEATURES, constraints=LINKS)
    proba, state = fitted.predict_proba(FEATURES), dict(vars(fitted))
    progress = fitted.fit_iter(FEATURES, constraints=LINKS)
    for _ in range(reports):
        next(progress, None)
    progress.close()  # type: ignore[attr-defined]  # a generator is an iterator that can be closed
    assert all(vars(fitted)[name] is value for name, value in state.items())
    assert np.array_equal(fitted.predict_proba(FEATURES), proba)


@autoencoders
def test_bad_input_is_named_and_loses_nothing(make: Make) -> None:
    fitted = make().fit(FEATURES)
    state = dict(vars(fitted))
    for words, values, constraints in (
        ("constraints index 7 items but X has 240 rows", FEATURES, ConstraintSet(7)),
        ("3 groups were asked for but there are 2 items", FEATURES[:2], None),
    ):
        with pytest.raises(InvalidInputError, match=words):
            fitted.fit(values, constraints=constraints)
    assert all(vars(fitted)[name] is value for name, value in state.items())


@autoencoders
def test_settings_of_autoencoders_are_checked_and_diverging_loses_nothing(make: Make) -> None:
    fitted = make().fit(FEATURES)
    state = dict(vars(fitted))
    with pytest.raises(InvalidInputError, match=r"pretrain_noise is 0.2 and noise 1.5; give shares from 0 to below 1"):
        make(noise=1.5).fit(FEATURES)
    with pytest.raises(InvalidInputError, match=r"pretrain_epochs is -1 and batch_size 32; give at least 0 and 1"):
        make(pretrain_epochs=-1).fit(FEATURES)
    with pytest.raises(DivergedError, match="reconstruction is"):
        make(learning_rate=1e30).fit(FEATURES)
    assert all(vars(fitted)[name] is value for name, value in state.items())


@methods
def test_the_unit_of_the_features_does_not_matter(make: Make) -> None:
    one, other = (make().fit(unit * FEATURES, constraints=LINKS) for unit in (1.0, 1024.0))
    assert (one.labels_ == other.labels_).mean() > 0.99


@methods
def test_refits_with_other_features_need_a_new_start(make: Make) -> None:
    fitted = make(warm_start=True).fit(FEATURES)
    with pytest.raises(InvalidInputError, match="fitted on 6 features but X has 4; set warm_start=False"):
        fitted.fit(FEATURES[:, :4])


@autoencoders
def test_the_encoder_may_be_any_module(make: Make) -> None:
    """Pictures of one channel, by a convolution; ADC and PCL have no use for a decoder."""

    def network(channels: int) -> Encoder:
        encoder = nn.Sequential(nn.Conv2d(channels, 16, 2), nn.ReLU(), nn.Flatten(), nn.Linear(32, 3))
        if make in ENCODERS:
            return Encoder(encoder)
        return Autoencoder(encoder, nn.Sequential(nn.Linear(3, 6), nn.Unflatten(1, (1, 2, 3))))

    pictures = FEATURES.reshape(N, 1, 2, 3)
    # Pictures of six pixels have nothing left once they are moved.
    longer = {"shift": 0} if make in ENCODERS else {"pretrain_epochs": 20}
    fitted = make(network=network, **longer).fit(pictures, constraints=LINKS)
    assert fitted.transform(pictures).shape == (N, 3)
    assert accuracy(TRUTH, fitted.predict(pictures)) > 0.8


@autoencoders
def test_reports_name_phases_and_losses(make: Make) -> None:
    reports = list(make().fit_iter(FEATURES, constraints=LINKS))
    assert [report.epoch for report in reports if report.phase == "pretraining" and report.finished] == [1, 2, 3, 4, 5]
    assert all("reconstruction" in report.losses for report in reports)
    assert reports[0].losses["reconstruction"] > reports[4].losses["reconstruction"]
