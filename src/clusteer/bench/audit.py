"""Cases of kind audit: a simulated person, and whether the interval that they are told holds the true accuracy."""

from sklearn.metrics.cluster import pair_confusion_matrix

from clusteer.bench.simulated import simulated
from clusteer.bench.spec import Case
from clusteer.core.questions import AUDIT
from clusteer.methods.propagation import Propagation
from clusteer.metrics import accuracy


def measure(case: Case) -> dict[str, object]:
    """Return the true accuracy at the end of a session, and what its audit answers told of it.

    Raises
    ------
    UnavailableError
        If the data are missing.
    """
    index, truth, curve = simulated(case)
    point: dict[str, float] = {
        "answers": len(curve.answers),
        "audited": sum(answer.question.purpose == AUDIT for answer in curve.answers),
        "acc": curve.points[-1].acc,
    }
    if curve.sureness is not None:
        told = curve.sureness.accuracy
        point |= {
            "told": told.value,
            "low": told.low,
            "high": told.high,
            "half_width": (told.high - told.low) / 2,
            "covered": float(told.low <= point["acc"] <= told.high),
            "off": told.value - point["acc"],
        }
        (_, joined), (parted, both) = pair_confusion_matrix(truth, curve.labels)
        for name, estimate, value in (
            ("precision", curve.sureness.precision, both / max(both + joined, 1)),
            ("recall", curve.sureness.recall, both / max(both + parted, 1)),
        ):
            if estimate is not None:
                point[f"{name}_off"] = estimate.value - value
                point[f"{name}_covered"] = float(estimate.low <= value <= estimate.high)
    if curve.compared is not None:
        start = accuracy(truth, Propagation(random_state=int(case["seed"])).fit_index(index).labels_)
        point |= {
            "start": start,
            "harmed": float(point["acc"] < start),
            "harm_told": float(curve.compared.harmed),
        }
    return {"items": len(index), "points": [point]}
