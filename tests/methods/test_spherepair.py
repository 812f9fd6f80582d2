from typing import Any

import numpy as np
import pytest
import torch

from clusteer.constraints import CannotLink, ConstraintSet, MustLink, Relation, Rule, Triplet, from_labels
from clusteer.core import InvalidInputError
from clusteer.methods.guidance import Pairs
from clusteer.methods.spherepair import PairTraining, SpherePair, _renumbered
from clusteer.metrics import accuracy
from clusteer.training import EpochReport
from tests.blobs import blobs

N = 200
FOUR, TRUTH = blobs(N, 4, 6, spread=1.2)
SMALL: dict[str, Any] = {
    "network": (16, 4),
    "pretrain_epochs": 10,
    "max_epochs": 25,
    "batch_size": 50,
    "learning_rate": 5e-3,
    "noise": 0.0,
}


def test_codes_have_length_1_and_pairs_shape_them() -> None:
    links = from_labels(TRUTH, 300)
    fitted = SpherePair(n_clusters=4, **SMALL).fit(FOUR, constraints=links)
    codes = fitted.transform(FOUR)
    assert np.linalg.norm(codes, axis=1) == pytest.approx(np.ones(N), abs=1e-5)
    assert np.linalg.norm(fitted.cluster_centers_, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    together, apart = (
        (codes[p[:, 0]] * codes[p[:, 1]]).sum(axis=1).mean() for p in (links.must.pairs, links.cannot.pairs)
    )
    assert together > 0.9
    assert apart < 0.1
    assert accuracy(TRUTH, fitted.labels_) > 0.97
    assert fitted.group_count_ is None


def test_the_number_of_groups_is_found_and_its_doubt_told() -> None:
    many = SpherePair(**SMALL).fit(FOUR, constraints=from_labels(TRUTH, 1000))
    assert many.group_count_ is not None
    assert (many.group_count_.number, many.group_count_.doubt) == (4, "")
    assert many.cluster_centers_.shape == (4, 4)
    few = SpherePair(**SMALL).fit(FOUR, constraints=from_labels(TRUTH, 20))
    assert few.group_count_ is not None
    assert few.group_count_.by_angles is None
    assert "only 1" in few.group_count_.doubt


def test_without_pairs_it_is_k_means_on_the_pretrained_sphere() -> None:
    fitted = SpherePair(n_clusters=4, **SMALL).fit(FOUR)
    assert fitted.n_iter_ == 0
    assert len(np.unique(fitted.labels_)) == 4


def test_links_that_triplets_and_rules_imply_count() -> None:
    known = ConstraintSet.from_stated(
        N,
        [
            MustLink(first=0, second=4),
            CannotLink(first=1, second=2),
            Triplet(anchor=5, near=1, far=2),
            Rule(premises=(Relation(0, 4, True),), conclusion=Relation(8, 12, True)),
        ],
    )
    pairs = Pairs.of(known.deduced(), torch.device("cpu"))
    assert {tuple(pair) for pair in pairs.items.tolist()} == {(0, 4), (1, 2), (5, 2), (8, 12)}
    assert list(SpherePair(n_clusters=4, **(SMALL | {"max_epochs": 2})).fit_iter(FOUR, constraints=known))


def test_the_belief_loss_stands_wrong_links() -> None:
    noisy = from_labels(TRUTH, 1000, noise=0.25, random_state=1)
    angular, belief = (
        accuracy(TRUTH, SpherePair(n_clusters=4, pair_loss=loss, **SMALL).fit(FOUR, constraints=noisy).labels_)
        for loss in ("angular", "belief")
    )
    assert belief > 0.95
    assert belief >= angular


def test_a_link_of_half_weight_is_half_believed() -> None:
    """Pairs of weight w state 1/2 +- w/2; a pair that nothing is known of would state 1/2."""
    pairs = Pairs(torch.tensor([[0, 1], [0, 1]]), torch.tensor([True, False]), torch.tensor([0.5, 0.5]))
    network = SpherePair(network=(8, 3))._make_network((6,))
    training = PairTraining(
        network,
        torch.tensor(FOUR),
        pairs,
        pair_loss="belief",
        reconstruction_weight=0.0,
        noise=0.0,
        batch_size=4,
        learning_rate=1e-3,
        generator=torch.Generator(),
    )
    codes = network.encode(training.items[:2])
    chance = torch.sigmoid((codes[0] @ codes[1] - training.midpoint) / training.log_temperature.exp()).item()
    expected = sum(-y * np.log(chance) - (1 - y) * np.log(1 - chance) for y in (0.75, 0.25)) / 2
    assert next(training.steps(0)).terms["pairs"].item() == pytest.approx(expected, rel=1e-4)


def test_it_stops_once_the_loss_rests_but_not_in_the_first_hundred_epochs() -> None:
    training = PairTraining.__new__(PairTraining)
    training.loss, training.quiet = 0.0, 0

    def stops(epoch: int, loss: float) -> bool:
        return training.converged(EpochReport("pairs", epoch, 300, {"pairs": loss}, None, 0.0))

    assert not any(stops(epoch, 1.0) for epoch in range(1, 105))
    assert stops(105, 1.05)
    assert not stops(106, 2.0)


def test_groups_keep_their_numbers_when_there_are_more_or_fewer() -> None:
    before = np.eye(3, dtype=np.float32)
    assert _renumbered(before[[2, 0, 1]], before).tolist() == [1, 2, 0]
    assert _renumbered(np.eye(4, 3, dtype=np.float32)[[3, 1, 0, 2]], before).tolist() == [2, 1, 3, 0]
    assert _renumbered(before[[2, 0]], before).tolist() == [1, 0]


def test_an_unknown_loss_is_named() -> None:
    with pytest.raises(InvalidInputError, match="pair_loss is 'cosine'; give one of angular, belief"):
        SpherePair(n_clusters=4, pair_loss="cosine", **SMALL).fit(FOUR)  # type: ignore[arg-type]  # the fault tested


def test_wrong_links_that_the_others_speak_against_hardly_count() -> None:
    links = from_labels(TRUTH, 400, noise=0.25, random_state=3)
    right = [accuracy(TRUTH, SpherePair(n_clusters=4, wrong_links=wrong, **SMALL).fit(FOUR, constraints=links).labels_)
             for wrong in (0.0, 0.25)]  # fmt: skip
    assert right[1] > 0.95
    assert right[1] > right[0]


@pytest.mark.parametrize("settings", [{"wrong_links": 0.5}, {"wrong_links": -0.1}, {"n_clusters": None}])
def test_a_share_of_wrong_links_is_checked(settings: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match="above 0 the number of groups"):
        SpherePair(**({"n_clusters": 4, "wrong_links": 0.1} | SMALL | settings)).fit(FOUR)
