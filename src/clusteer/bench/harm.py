"""Cases of kind harm: a simulated person, and whether their answers leave groups worse than before any."""

from clusteer.bench.named_sets import items_of
from clusteer.bench.spec import Case
from clusteer.queries.oracles import get_oracle
from clusteer.sessions.simulate import simulate

AT = (20, 50, 100)
"""Numbers of answers after which groups are compared with those before any."""


def measure(case: Case) -> dict[str, object]:
    """Return how good the groups were after 20, 50 and 100 answers, and what they gained on those before any.

    Raises
    ------
    UnavailableError
        If the data are missing.
    """
    index, truth = items_of(case)
    oracle, strategy, seed = get_oracle("by-exemplar", float(case["noise"])), str(case["strategy"]), int(case["seed"])
    curve = simulate(index, truth, budget=max(AT), oracle=oracle, strategy=strategy, seed=seed, marks=(0, *AT))
    start, *later = curve.points
    return {
        "items": len(index),
        "points": [{"answers": point.answers, "acc": point.acc, "gain": point.acc - start.acc} for point in later],
    }
