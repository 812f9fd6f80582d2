"""PCL: what its steps minimise, what two groups imply, views, attention, rounds, and its settings."""

import numpy as np
import pytest
import torch

from clusteer.constraints import ConstraintSet, from_labels
from clusteer.core import InvalidInputError, NotFoundError
from clusteer.encoders.cnn import mlp_encoder
from clusteer.encoders.two_heads import TwoHeads
from clusteer.methods import linked_contrast
from clusteer.methods.linked_contrast import Contrast, Settings, parts_of
from clusteer.methods.pcl import PCL, resnet_for_128_pixels
from clusteer.metrics import accuracy
from tests.blobs import blobs

N, K = 240, 3
FEATURES, TRUTH = blobs(N, K, 6, spread=1.0)
FEATURES /= 4
ITEMS = torch.tensor(FEATURES)
PLAIN = Settings(
    batch_size=64, learning_rate=1e-3, temperature=1.0, cluster_temperature=2.0, link_weight=4.0, pair_weight=1.0,
    extended=0.0, noise=0.0, shift=0,
)  # fmt: skip


@pytest.fixture(autouse=True)
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(linked_contrast, "_LEAST_STEPS", 25)


def training(constraints: ConstraintSet, settings: Settings = PLAIN, items: torch.Tensor = ITEMS) -> Contrast:
    torch.manual_seed(0)
    network = TwoHeads(mlp_encoder(6, (16,)).encoder, 16, 4, K, (6,), 0)
    return Contrast(network, items, constraints.closure(), epochs=2, settings=settings, phase="contrast", seed=0)


def small(**given: object) -> PCL:
    settings = {"network": (16,), "code_width": 4, "max_epochs": 4, "batch_size": 32}
    return PCL(**({"n_clusters": K} | settings | given))  # type: ignore[arg-type]


def test_links_count_with_all_that_they_imply_wherever_two_items_meet() -> None:
    """Of two stars that one pair holds apart: 3 + 3 pairs inside and 9 between, of 5 that were stated."""
    stars = ConstraintSet.from_pairs(N, [(0, 1), (0, 2), (10, 11), (10, 12)], [(1, 11)])
    objective = training(stars)
    step = next(objective.steps(0))
    with torch.no_grad():
        proba = objective.network.assign(objective.network.encode(ITEMS)).exp()
    groups = ([0, 1, 2], [10, 11, 12])
    inside = [-(proba[a] @ proba[b]).log() for group in groups for a in group for b in group if a < b]
    between = [-(1 - proba[a] @ proba[b]).log() for a in groups[0] for b in groups[1]]
    assert step.terms["must-link"].item() == pytest.approx(torch.stack(inside).mean().item() / 2, rel=1e-3)
    assert step.terms["cannot-link"].item() == pytest.approx(torch.stack(between).mean().item() / 2, rel=1e-3)
    assert set(step.terms) == {"must-link", "cannot-link", "codes", "assignments", "clusters", "balance"}


def test_what_links_connect_is_one_part() -> None:
    told = ConstraintSet.from_pairs(9, [(0, 1)], [(1, 2), (5, 6)])
    part = parts_of(told.closure(), 9)
    assert part[0] == part[1] == part[2] != part[5] == part[6]
    assert (part[[3, 4, 7, 8]] == -1).all()
    assert (parts_of(ConstraintSet(4).closure(), 4) == -1).all()


def test_views_are_two_different_ones_of_those_given() -> None:
    views = torch.stack([ITEMS, ITEMS + 100, ITEMS + 200], dim=1)
    one, other = training(ConstraintSet(N), items=views)._views(views)
    assert ((one - other).abs().amin(dim=1) > 50).all()
    assert len(torch.unique((one - ITEMS).round())) == 3
    noisy = training(ConstraintSet(N), Settings(**(vars(PLAIN) | {"noise": 0.5})))
    first, second = noisy._views(ITEMS)
    assert not torch.equal(first, second)
    assert 0.4 < float((first == 0).float().mean()) < 0.6


def test_sure_pairs_count_as_linked_at_the_end() -> None:
    settings = Settings(**(vars(PLAIN) | {"extended": 0.5}))
    codes = torch.tensor([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    log_q = torch.tensor([[0.999, 0.001], [0.999, 0.001], [0.999, 0.001], [0.6, 0.4]]).log()
    sure = linked_contrast._surely_one(codes, log_q)
    assert sure.nonzero().tolist() == [[0, 0], [0, 1], [1, 0], [1, 1], [2, 2]]
    early, late, off = (training(ConstraintSet(N), one) for one in (settings, settings, PLAIN))
    with torch.no_grad():
        for objective in (early, late, off):
            teller, coder = (head[2] for head in (objective.network.teller, objective.network.coder))
            teller.get_parameter("weight").mul_(200)
            coder.get_parameter("weight").mul_(0.1)
            coder.get_parameter("bias").fill_(1.0)
    steps = (next(early.steps(0)), next(late.steps(late.epochs - 1)), next(off.steps(off.epochs - 1)))
    values = [step.terms["codes"].item() for step in steps]
    assert values[0] == values[2] != pytest.approx(values[1], abs=1e-6)


def test_of_two_groups_there_is_no_third() -> None:
    """Cannot-links alone: what is apart from the same is together."""
    truth = (TRUTH > 0).astype(np.int64)
    rng = np.random.default_rng(0)
    chain = np.stack([rng.permutation(np.flatnonzero(truth == side))[:60] for side in (0, 1)], axis=1)
    pairs = [*map(tuple, chain.tolist()), *zip(chain[1:, 0].tolist(), chain[:-1, 1].tolist(), strict=True)]
    fitted = small(n_clusters=2).fit(FEATURES, constraints=ConstraintSet.from_pairs(N, [], pairs))
    assert accuracy(truth, fitted.labels_) > 0.95


def test_links_say_which_likeness_counts() -> None:
    """The same items in two ways: by their blob, or by the side of it that they lie on."""
    side = (FEATURES[:, 0] > np.median(FEATURES[:, 0])).astype(np.int64)
    one = small(n_clusters=2).fit(FEATURES, constraints=from_labels(side, 150))
    other = small(n_clusters=2).fit(FEATURES, constraints=from_labels((TRUTH > 0).astype(int), 150))
    assert accuracy(side, one.labels_) > 0.8
    assert accuracy((TRUTH > 0).astype(int), other.labels_) > 0.9


def test_rounds_go_on_and_keep_their_numbers() -> None:
    model = small(network=(64,), max_epochs=12, warm_start=True)
    labels = [model.fit(FEATURES, constraints=from_labels(TRUTH, pairs)).labels_ for pairs in (30, 60)]
    assert accuracy(TRUTH, labels[-1]) > 0.95
    assert (labels[0] == labels[1]).mean() > 0.9
    with pytest.raises(InvalidInputError, match="3 groups were fitted but n_clusters is now 4; set warm_start=False"):
        model.set_params(n_clusters=4).fit(FEATURES)


def test_views_of_features_are_taken_and_single_ones_predicted() -> None:
    views = np.stack([FEATURES, FEATURES + 0.01, FEATURES - 0.01])
    model = small(warm_start=True).fit(views, constraints=from_labels(TRUTH, 60))
    assert model.n_features_in_ == 6
    assert np.array_equal(model.predict(FEATURES), model.labels_)
    assert accuracy(TRUTH, model.fit(views, constraints=from_labels(TRUTH, 80)).labels_) > 0.9
    with pytest.raises(InvalidInputError, match="constraints index 3 items but X has 240 rows"):
        model.fit(views, constraints=ConstraintSet(3))


@pytest.mark.parametrize("attention", [True, False])
def test_phases_and_the_ablation_of_attention(attention: bool) -> None:
    model = small(attention=attention, max_epochs=12)
    phases = [report.phase for report in model.fit_iter(FEATURES, constraints=from_labels(TRUTH, 60))]
    assert list(dict.fromkeys(phases)) == ["warm-up", "start", "contrast"]
    assert (model.network_.attention is not None) == attention
    assert accuracy(TRUTH, model.labels_) > 0.9
    assert np.allclose(np.linalg.norm(model.transform(FEATURES), axis=1), 1, atol=1e-5)


def test_pictures_are_grouped_by_a_convolutional_network() -> None:
    """Bars that lie or stand, anywhere in the picture: pixels alone do not tell."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 200)
    pictures = np.zeros((200, 1, 16, 16), np.float32)
    for picture, stands in zip(pictures, truth, strict=True):
        row, column = rng.integers(2, 14, 2)
        picture[0, ...] = rng.normal(0, 0.1, (16, 16))
        picture[0, :, column] += 1.0 * stands
        picture[0, row, :] += 1.0 * (1 - stands)
    model = PCL(n_clusters=2, network=(4, 8, 8, 16), code_width=8, warmup_epochs=0, start_epochs=0, max_epochs=30)
    model.fit(pictures, constraints=from_labels(truth, 150))
    assert accuracy(truth, model.labels_) > 0.95


def test_settings_that_cannot_be_are_named() -> None:
    for words, settings in (
        ("max_epochs -1, batch_size 32 and code_width 4; give at least", {"max_epochs": -1}),
        ("temperature is 0, cluster_temperature 2.0, link_weight 4.0", {"temperature": 0}),
        ("noise is 1.0, shift 2 and extended 0.0; give a share below 1", {"noise": 1.0}),
    ):
        with pytest.raises(InvalidInputError, match=words):
            small(**settings).fit(FEATURES)


def test_the_published_setting_has_a_name() -> None:
    model = PCL.paper("cifar100-4")
    assert (model.n_clusters, model.batch_size, model.learning_rate, model.pair_weight) == (4, 128, 1e-5, 0.0)
    assert resnet_for_128_pixels(3).encoder.eval()(torch.zeros(1, 3, 128, 128)).shape == (1, 512)
    with pytest.raises(NotFoundError, match="nothing was published for 'inks'; there is cifar10-2, imagenet10-2"):
        PCL.paper("inks")
