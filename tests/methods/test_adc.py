"""ADC: what the closure adds to a batch, where centers come from, how rounds keep their numbers."""

import numpy as np
import pytest
import torch

from clusteer.constraints import ConstraintSet, from_labels
from clusteer.core import InvalidInputError, NotFoundError
from clusteer.encoders.cnn import mlp_encoder
from clusteer.methods.adc import ADC
from clusteer.methods.siamese import Sharpening, SiameseTraining
from clusteer.metrics import accuracy
from tests.blobs import blobs

N, K = 240, 3
FEATURES, TRUTH = blobs(N, K, 6, spread=1.0)
FEATURES /= 4
ITEMS = torch.tensor(FEATURES)


@pytest.fixture(autouse=True)
def few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = ADC.__init__.__kwdefaults__ or {}
    monkeypatch.setattr(ADC.__init__, "__kwdefaults__", defaults | {"least_steps": 100})


def training(constraints: ConstraintSet, *, closed: bool = True, batch_size: int = 64) -> SiameseTraining:
    torch.manual_seed(0)
    return SiameseTraining(
        mlp_encoder(6, (4,)), ITEMS, constraints, closed=closed, margin=1.0, epochs=2, least_steps=100,
        batch_size=batch_size, learning_rate=1e-3, shift=0, seed=0,
    )  # fmt: skip


def test_the_closure_counts_every_relation_among_the_items_of_a_batch() -> None:
    """Of two stars that one pair holds apart: 3 + 3 pairs inside and 9 between, of 5 that were stated."""
    stars = ConstraintSet.from_pairs(N, [(0, 1), (0, 2), (10, 11), (10, 12)], [(1, 11)])
    objective = training(stars)
    (step,) = objective.steps(0)
    codes = objective.network.encode(ITEMS)
    distances = torch.cdist(codes, codes)
    groups = ([0, 1, 2], [10, 11, 12])
    inside = [distances[a, b] ** 2 for group in groups for a in group for b in group if a < b]
    between = [(1 - distances[a, b]).clamp(min=0) ** 2 for a in groups[0] for b in groups[1]]
    assert (len(inside), len(between)) == (6, 9)
    assert step.terms["must-link"].item() == pytest.approx(torch.stack(inside).mean().item() / 2, rel=1e-4)
    assert step.terms["cannot-link"].item() == pytest.approx(torch.stack(between).mean().item() / 2, rel=1e-4)


def test_stated_links_count_alone_and_as_they_are_believed() -> None:
    objective = training(ConstraintSet.from_pairs(N, [(0, 1), (0, 2)], [(1, 11)]), closed=False)
    (step,) = objective.steps(0)
    codes = objective.network.encode(ITEMS)
    distances = torch.cdist(codes, codes)
    wanted = distances[0, 1] ** 2 + distances[0, 2] ** 2 + (1 - distances[1, 11]).clamp(min=0) ** 2
    assert step.terms["links"].item() == pytest.approx(wanted.item() / 3, rel=1e-4)


def test_few_links_are_swept_over_until_there_are_steps_enough() -> None:
    assert training(from_labels(TRUTH, 10)).epochs == 100
    assert training(from_labels(TRUTH, 1000), batch_size=2).epochs == 2
    assert training(ConstraintSet(N)).epochs == 0


def test_a_contradiction_is_no_trouble() -> None:
    told = ConstraintSet.from_pairs(N, [(0, 1), (1, 2)], [(0, 2)])
    (step,) = training(told).steps(0)
    assert step.terms["cannot-link"].item() == 0
    assert ADC(n_clusters=K, network=(8, 3)).fit(FEATURES, constraints=told).labels_.shape == (N,)


def test_sharpening_makes_assignments_surer_and_rests() -> None:
    torch.manual_seed(0)
    network = mlp_encoder(6, (3,))
    codes = network.encode(ITEMS).detach()
    objective = Sharpening(
        network, ITEMS, codes, codes[[0, 1, 2]], batch_size=32, learning_rate=0.05, tol=0.01, shift=0,
        generator=torch.Generator().manual_seed(0),
    )  # fmt: skip
    before = objective.log_q.exp().max(dim=1).values.mean()
    for epoch in range(20):
        for step in objective.steps(epoch):
            optimizer = objective.optimizers["main"]
            optimizer.zero_grad()
            step.terms["cluster"].backward()  # type: ignore[no-untyped-call]  # torch gives it no types
            optimizer.step()
    assert objective.log_q.exp().max(dim=1).values.mean() > before
    assert objective.changed is not None
    assert objective.changed < 0.05


def test_rounds_go_on_and_keep_their_numbers() -> None:
    model = ADC(n_clusters=K, network=(16, 3), warm_start=True)
    labels = [model.fit(FEATURES, constraints=from_labels(TRUTH, pairs)).labels_ for pairs in (30, 60, 90)]
    assert accuracy(TRUTH, labels[-1]) > 0.95
    assert (labels[0] == labels[1]).mean() > 0.9
    assert (labels[1] == labels[2]).mean() > 0.95
    with pytest.raises(InvalidInputError, match="3 groups were fitted but n_clusters is now 4; set warm_start=False"):
        model.set_params(n_clusters=4).fit(FEATURES)


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
    model = ADC(n_clusters=2, network=(4, 8, 8, 3)).fit(pictures, constraints=from_labels(truth, 100))
    assert accuracy(truth, model.labels_) > 0.95
    assert model.transform(pictures).shape == (200, 3)


def test_settings_that_cannot_be_are_named() -> None:
    for words, settings in (
        ("links is 'all'; give one of closure, stated", {"links": "all"}),
        ("siamese_epochs is -1, clustering_epochs 0, pair_batch_size 64 and batch_size 256", {"siamese_epochs": -1}),
        ("margin is 0 and shift 0; give a distance above 0", {"margin": 0}),
        ("margin is 1.0 and shift -1; give .* at least 0 pixels", {"shift": -1}),
    ):
        with pytest.raises(InvalidInputError, match=words):
            ADC(n_clusters=K, **settings).fit(FEATURES)


def test_the_published_setting_has_a_name() -> None:
    model = ADC.paper("mnist")
    assert (model.siamese_epochs, model.links, model.margin, model.pair_batch_size) == (100, "stated", 1.0, 64)
    with pytest.raises(NotFoundError, match="nothing was published for 'inks'; there is usps, mnist, fashion-mnist"):
        ADC.paper("inks")
