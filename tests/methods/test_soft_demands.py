import numpy as np
import pytest
import torch

from clusteer.constraints import Balance, Cardinality, ClusterSizes, Constraint, ConstraintSet
from clusteer.core import InvalidInputError
from clusteer.methods.soft_demands import SoftDemands

CPU = torch.device("cpu")
N = 12
WHOLE = torch.arange(N)


def demands(*stated: Constraint, k: int = 3) -> SoftDemands:
    return SoftDemands(ConstraintSet.from_stated(N, stated), k, CPU)


def log_q(seed: int, k: int = 3) -> torch.Tensor:
    return (3 * torch.randn(N, k, generator=torch.Generator().manual_seed(seed))).log_softmax(dim=1)


def test_nothing_demanded_is_no_term() -> None:
    nothing = demands()
    assert not nothing
    assert nothing.terms(WHOLE, log_q(0), 1.0) == {}


def test_each_demand_is_a_loss_of_shares() -> None:
    q = (4 * log_q(0)).softmax(dim=1).numpy()
    men, women = (0, 1, 2, 3), (4, 5, 6)
    stated = demands(
        ClusterSizes(shares=(0.5, 0.2, 0.3), weight=0.5),
        Cardinality(upper=3),
        Cardinality(lower=2, upper=3, items=men, group=7),
        Balance(parts=(men, women), tolerance=0.1),
    )
    stated.refresh(log_q(0))
    terms = {name: value.item() for name, value in stated.terms(WHOLE, log_q(0), 2.0).items()}
    sizes = q.mean(axis=0)
    wanted = np.empty(3)
    wanted[sizes.argsort()] = [0.2, 0.3, 0.5]
    assert terms["sizes"] == pytest.approx(2 * 0.5 * ((sizes - wanted) ** 2).sum(), rel=1e-4)
    of_men, of_women = q[list(men)].mean(axis=0), q[list(women)].mean(axis=0)
    outside = np.maximum(0.5 - of_men, 0) ** 2 + np.maximum(of_men - 0.75, 0) ** 2
    bounds = (np.maximum(sizes - 3 / N, 0) ** 2).sum() + (q[7] * outside).sum()
    assert terms["bounds"] == pytest.approx(2 * bounds, rel=1e-4)
    uneven = np.maximum(np.abs(of_men - of_women) - 0.1, 0) ** 2
    assert terms["balance"] == pytest.approx(2 * uneven.sum(), rel=1e-4)


def test_a_batch_sees_the_whole_collection() -> None:
    """A batch that has not changed since the full pass costs what the whole costs."""
    stated = demands(Cardinality(upper=3), Balance(parts=((0, 1), (2, 3)), tolerance=0))
    stated.refresh(log_q(1))
    whole = stated.terms(WHOLE, log_q(1), 1.0)
    batch = stated.terms(WHOLE[:4], log_q(1)[:4], 1.0)
    assert {name: value.item() for name, value in batch.items()} == pytest.approx(
        {name: value.item() for name, value in whole.items()}
    )


def test_another_number_of_sizes_than_groups_is_refused() -> None:
    with pytest.raises(InvalidInputError, match=r"2 sizes are stated but there are 3 groups; .* n_clusters=2"):
        demands(ClusterSizes(shares=(0.5, 0.5)))
