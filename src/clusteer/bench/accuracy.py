"""Cases of kind accuracy: one simulated person on a named set, who gives so many answers."""

from clusteer.bench.named_sets import items_of
from clusteer.bench.session_curve import session_curve
from clusteer.bench.spec import Case


def measure(case: Case) -> dict[str, object]:
    """Return the curve of a case up to its budget of answers.

    Raises
    ------
    UnavailableError
        If the data are missing.
    """
    index, truth = items_of(case)
    curve = session_curve(
        index,
        truth,
        budget=int(case["budget"]),
        noise=float(case["noise"]),
        strategy=str(case["strategy"]),
        seed=int(case["seed"]),
    )
    return {"items": len(index), "encoder": index.encoder, "curve": curve}
