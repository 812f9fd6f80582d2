"""Cases of kind harm: a simulated person, and whether their answers leave groups worse than before any."""

from clusteer.bench.simulated import simulated
from clusteer.bench.spec import Case

AT = (20, 50, 100)
"""Numbers of answers after which groups are compared with those before any."""


def measure(case: Case) -> dict[str, object]:
    """Return how good the groups were after 20, 50 and 100 answers, and what they gained on those before any.

    Raises
    ------
    UnavailableError
        If the data are missing.
    """
    index, _, curve = simulated(case, (0, *AT))
    start, *later = curve.points
    return {
        "items": len(index),
        "points": [{"answers": point.answers, "acc": point.acc, "gain": point.acc - start.acc} for point in later],
    }
