"""The whole session of a case, with a simulated person who goes by the exemplars shown and errs now and then."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from clusteer.bench.named_sets import items_of
from clusteer.bench.spec import Case
from clusteer.queries.oracles import get_oracle
from clusteer.sessions.simulate import Curve, simulate

if TYPE_CHECKING:
    from clusteer.core import Index


def simulated(case: Case, marks: tuple[int, ...] = ()) -> "tuple[Index, NDArray[np.int64], Curve]":
    """Return the items of a case, their truth (n,), and the session, measured at some numbers of answers and its end.

    Raises
    ------
    UnavailableError
        If the data are missing.
    """
    index, truth = items_of(case)
    oracle, budget, seed = get_oracle("by-exemplar", float(case["noise"])), int(case["budget"]), int(case["seed"])
    strategy = str(case["strategy"])
    curve = simulate(index, truth, budget=budget, oracle=oracle, strategy=strategy, seed=seed, marks=marks)
    return index, truth, curve
