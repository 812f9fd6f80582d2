import warnings
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from clusteer.constraints import (
    Balance,
    Cardinality,
    ClusterSizes,
    Constraint,
    ConstraintSet,
    Difficulty,
    Relation,
    Rule,
    Triplet,
    from_labels,
)
from clusteer.core import InvalidInputError, NotFoundError
from clusteer.encoders.mlp import mlp_autoencoder
from clusteer.methods.dcc import DCC, IDEC
from clusteer.methods.self_training import SelfTraining, Weights
from clusteer.metrics import accuracy
from clusteer.training import EpochReport, Step
from tests.blobs import blobs

N = 200
SMALL: dict[str, Any] = {"network": (16, 3), "pretrain_epochs": 40, "max_epochs": 15, "batch_size": 40}
# Two bits per item; the plain one is what k-means finds, the faint one what constraints ask for.
RNG = np.random.default_rng(0)
PLAIN, FAINT = RNG.integers(0, 2, (2, N))
TWO_WAYS = np.hstack([PLAIN[:, None] * np.full(6, 3.0), FAINT[:, None] * np.full(4, 2.0)])
TWO_WAYS = (TWO_WAYS + RNG.normal(size=TWO_WAYS.shape)).astype(np.float32)
FOUR, TRUTH = blobs(N, 4, 6, spread=1.2)
FOUR /= 4


def stated(*constraints: Constraint, n: int = N) -> ConstraintSet:
    return ConstraintSet.from_stated(n, constraints)


def objective(constraints: ConstraintSet, k: int = 4, noise: float = 0.0, **weights: float) -> SelfTraining:
    torch.manual_seed(0)
    network = mlp_autoencoder(6, (8, 3))
    return SelfTraining(
        network,
        torch.tensor(FOUR),
        torch.randn(k, 3),
        None,
        constraints,
        Weights(**({"kl": 0.1, "must_link": 1, "cannot_link": 1} | weights)),
        epochs=99,
        kernel_power=1.0,
        noise=noise,
        batch_size=50,
        pair_batch_size=40,
        learning_rate=1e-3,
        tol=0.01,
        generator=torch.Generator().manual_seed(0),
    )


def first_step(constraints: ConstraintSet, **weights: float) -> Step:
    return next(objective(constraints, 4, 0.0, **weights).steps(0))


def test_a_step_has_a_term_for_each_kind_that_is_there() -> None:
    assert set(first_step(ConstraintSet(N)).terms) == {"cluster", "reconstruction"}
    everything = from_labels(TRUTH, 40).with_()
    everything = ConstraintSet.from_stated(
        N,
        [
            *everything,
            Triplet(anchor=0, near=4, far=1),
            Difficulty(item=3, value=-1),
            ClusterSizes(shares=(0.25,) * 4),
            Cardinality(upper=60),
            Balance(parts=((0, 1), (2, 3)), tolerance=0.5),
            Rule(premises=(Relation(0, 4, True),), conclusion=Relation(1, 5, True)),
        ],
    )
    terms = first_step(everything, triplet=1, rule=1, difficulty=1, demand=1).terms
    assert set(terms) == {
        "cluster", "reconstruction", "must-link", "cannot-link", "triplet", "rule", "difficulty", "sizes", "bounds",
        "balance",
    }  # fmt: skip
    assert all(term.requires_grad for name, term in terms.items() if name not in ("bounds",))


def test_weights_multiply_their_terms() -> None:
    links = from_labels(TRUTH, 40)
    one, other = first_step(links, must_link=1.0).terms, first_step(links, must_link=0.25).terms
    assert other["must-link"].item() == pytest.approx(one["must-link"].item() / 4)
    assert other["cannot-link"].item() == pytest.approx(one["cannot-link"].item())


def test_the_target_is_that_of_whole_items_and_the_frequency_that_of_all() -> None:
    """Noise masks what is trained, not what it is trained towards."""
    clean, noisy = objective(ConstraintSet(N)), objective(ConstraintSet(N), noise=0.5)
    next(clean.steps(0)), next(noisy.steps(0))
    assert torch.equal(clean.target, noisy.target)
    assert clean.target.exp().sum(dim=1).tolist() == pytest.approx([1.0] * N, abs=1e-5)


def report(changed: float) -> EpochReport:
    return EpochReport("clustering", 1, 99, {}, changed, 0.0)


def test_training_stops_when_labels_rest_and_no_constraint_is_being_put_right() -> None:
    training = objective(from_labels(TRUTH, 40))

    def epochs(*history: tuple[float, int]) -> list[bool]:
        verdicts = []
        for training.changed, training.violated in history:
            verdicts.append(training.converged(report(training.changed or 0)))
        return verdicts

    # Labels hardly change, but each epoch repairs a constraint: no stop.
    assert epochs(*((0.001, broken) for broken in range(20, 5, -1))) == [False] * 15
    # Then nothing more is repaired.
    assert epochs(*[(0.001, 6)] * 5) == [False] * 4 + [True]
    # Labels that still move do not stop it.
    assert not any(epochs(*[(0.5, 6)] * 10))


@pytest.mark.parametrize("kind", ["links", "triplets"])
def test_constraints_turn_the_grouping_to_what_they_say(kind: str) -> None:
    """Without constraints k-means and IDEC follow the plain bit; the faint one is what is asked for."""
    without = IDEC(n_clusters=2, **SMALL).fit(TWO_WAYS)
    assert accuracy(PLAIN, without.labels_) > 0.9
    known = from_labels(FAINT, 150)
    if kind == "triplets":
        rng, triplets = np.random.default_rng(1), []
        for anchor in range(N):
            near, far = (
                int(rng.choice(np.setdiff1d(np.flatnonzero(bit == FAINT), [anchor])))
                for bit in (FAINT[anchor], 1 - FAINT[anchor])
            )
            triplets.append(Triplet(anchor=anchor, near=near, far=far))
        known = stated(*triplets)
    settings = SMALL | {"max_epochs": 60, "learning_rate": 5e-3, "noise": 0.0}
    fitted = DCC(n_clusters=2, must_link_weight=1.0, **settings).fit(TWO_WAYS, constraints=known)
    assert accuracy(FAINT, fitted.labels_) > 0.9


def test_rules_are_followed() -> None:
    """Whoever is with item 0 is not with item 1, said of many pairs at once by rules alone."""
    rng = np.random.default_rng(0)
    ones, zeros = np.flatnonzero(FAINT == 1), np.flatnonzero(FAINT == 0)
    known = [*from_labels(FAINT, 40)]
    for _ in range(60):
        first, second, third, fourth = (int(rng.choice(part)) for part in (ones, ones, ones, zeros))
        if len({first, second, third, fourth}) == 4:
            premise = Relation(first, second, True)
            known.append(Rule(premises=(premise,), conclusion=Relation(third, fourth, False)))
    without, with_rules = (
        DCC(n_clusters=2, must_link_weight=1.0, rule_weight=weight, **SMALL).fit(TWO_WAYS, constraints=stated(*known))
        for weight in (0.0, 3.0)
    )
    broken = [len(stated(*known).violated(one.labels_)) for one in (without, with_rules)]
    assert broken[1] <= broken[0]


def counts(labels: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    return np.bincount(labels, minlength=k)


def test_sizes_bounds_and_balance_move_the_counts() -> None:
    """On one even cloud nothing but the demand decides the counts."""
    cloud = np.random.default_rng(0).normal(size=(400, 4)).astype(np.float32)
    settings: dict[str, Any] = SMALL | {"demand_weight": 30.0, "max_epochs": 30}
    plain = DCC(n_clusters=2, **settings).fit(cloud)
    sized = DCC(n_clusters=2, **settings).fit(cloud, constraints=stated(ClusterSizes(shares=(0.8, 0.2)), n=400))
    assert counts(plain.labels_, 2).max() < 280
    assert counts(sized.labels_, 2).max() == pytest.approx(320, abs=30)
    bounded = DCC(n_clusters=2, **settings).fit(cloud, constraints=stated(Cardinality(upper=205), n=400))
    assert counts(bounded.labels_, 2).max() <= 225
    part = np.flatnonzero(cloud[:, 0] > 0.5)
    other = np.setdiff1d(np.arange(400), part)
    balance = Balance(parts=(tuple(part.tolist()), tuple(other.tolist())), tolerance=0.05)

    def gap(labels: NDArray[np.int64]) -> float:
        return float(np.abs(counts(labels[part], 2) / len(part) - counts(labels[other], 2) / len(other)).max())

    balanced = DCC(n_clusters=2, **settings).fit(cloud, constraints=stated(balance, n=400))
    assert gap(balanced.labels_) < gap(plain.labels_) / 2


def test_marks_of_difficulty_sharpen_easy_items() -> None:
    easy, hard = ([Difficulty(item=i, value=value) for i in range(N)] for value in (1, -1))
    sure, unsure = (
        DCC(n_clusters=4, difficulty_weight=1.0, **(SMALL | {"learning_rate": 5e-3}))
        .fit(FOUR, constraints=stated(*marks))
        .predict_proba(FOUR)
        for marks in (easy, hard)
    )
    assert sure.max(axis=1).mean() > unsure.max(axis=1).mean() + 0.1


def test_wrong_links_hurt_less_where_some_are_known_to_be_wrong() -> None:
    noisy = from_labels(TRUTH, 300, noise=0.25, random_state=3)
    plain, robust = (
        DCC(n_clusters=4, wrong_links=share, must_link_weight=1.0, **(SMALL | {"max_epochs": 60}))
        .fit(FOUR, constraints=noisy)
        .labels_
        for share in (0.0, 0.25)
    )
    assert accuracy(TRUTH, robust) > 0.95
    assert accuracy(TRUTH, robust) >= accuracy(TRUTH, plain)


def test_a_collapse_is_noticed() -> None:
    everyone = ConstraintSet.from_pairs(N, [(0, i) for i in range(1, N)])
    with pytest.warns(UserWarning, match=r"DCC left \d of 4 groups without items.*give cannot-links or sizes"):
        DCC(n_clusters=4, must_link_weight=20.0, **(SMALL | {"max_epochs": 60})).fit(FOUR, constraints=everyone)


def test_one_group_is_no_trouble() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted = DCC(n_clusters=1, **SMALL).fit(FOUR, constraints=from_labels(TRUTH, 20))
    assert not fitted.labels_.any()


def test_a_refit_with_another_number_of_groups_needs_a_new_start() -> None:
    fitted = DCC(n_clusters=4, warm_start=True, **SMALL).fit(FOUR)
    with pytest.raises(InvalidInputError, match="4 groups were fitted but n_clusters is now 3; set warm_start=False"):
        fitted.set_params(n_clusters=3).fit(FOUR)


def test_idec_counts_what_it_ignores() -> None:
    with pytest.warns(UserWarning, match="idec ignores 3 must-links, 1 triplet"):
        IDEC(n_clusters=4, **SMALL).fit(
            FOUR,
            constraints=stated(
                *ConstraintSet.from_pairs(N, [(0, 4), (1, 5), (2, 6)]), Triplet(anchor=0, near=4, far=1)
            ),
        )


def test_bad_settings_are_named() -> None:
    with pytest.raises(InvalidInputError, match=r"wrong_links is 0.7; give a share from 0 to below 0.5"):
        DCC(n_clusters=4, wrong_links=0.7, **SMALL).fit(FOUR)
    with pytest.raises(NotFoundError, match="nothing was published for 'inks'; there is mnist, fashion-mnist, reuters"):
        DCC.paper("inks")


def test_the_published_settings_are_those_of_paper_and_code() -> None:
    mnist, fashion = DCC.paper("mnist"), DCC.paper("fashion-mnist")
    assert (mnist.n_clusters, mnist.network, mnist.learning_rate) == (10, (500, 500, 2000, 10), 1e-3)
    assert (mnist.must_link_weight, fashion.must_link_weight, mnist.cannot_link_weight) == (0.1, 1.0, 1.0)
    assert (mnist.kernel_power, mnist.kl_weight, mnist.pretrain_noise, mnist.noise) == (2.0, 0.1, 0.2, 0.0)
    assert (mnist.tol, mnist.max_epochs) == (1e-3, 500)
    assert DCC.paper("reuters-10k").n_clusters == 4


def test_demands_are_met_and_linked_items_stay() -> None:
    links = from_labels(PLAIN, 60)
    shares = ConstraintSet.from_stated(N, [*links.must_links, *links.cannot_links, ClusterSizes(shares=(0.25, 0.75))])
    fitted = DCC(n_clusters=2, demand_weight=0.0, **SMALL).fit(TWO_WAYS, constraints=shares)
    assert sorted(np.bincount(fitted.labels_)) == [N // 4, N - N // 4]
    moved = np.flatnonzero(fitted.labels_ != fitted.predict(TWO_WAYS))
    assert len(moved)
    assert not np.isin(moved, links.closure().items).any()
