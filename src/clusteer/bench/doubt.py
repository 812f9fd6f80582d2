"""Cases of kind doubt: a simulated person who is sometimes wrong, and whether the least believed answers are those."""

import math

import numpy as np

from clusteer.bench.simulated import simulated
from clusteer.bench.spec import Case
from clusteer.queries.oracles import ByExemplar

LOOKED_AT = 0.15
"""The share of answers, the least believed ones, that is looked at."""


def measure(case: Case) -> dict[str, object]:
    """Return how many of the least believed answers are wrong, and how many of the wrong ones are among them.

    Raises
    ------
    UnavailableError
        If the data are missing.
    """
    index, truth, curve = simulated(case)
    careful, rng = ByExemplar(), np.random.default_rng(int(case["seed"]))
    wrong = {answer.id for answer in curve.answers if answer.choice != careful.answer(answer.question, truth, rng)}
    weights = curve.reliability.weights
    least = sorted(weights, key=weights.__getitem__)[: math.ceil(LOOKED_AT * len(weights))]
    found = len(wrong.intersection(least))
    point = {
        "answers": len(curve.answers),
        "wrong": len(wrong),
        "precision": found / max(1, len(least)),
        "recall": found / max(1, len(wrong)),
        "error_rate": next(iter(curve.reliability.error_rates.values())),
        "right_weight": float(np.mean([weights[id] for id in weights if id not in wrong])),
        "wrong_weight": float(np.mean([weights[id] for id in wrong])) if wrong else math.nan,
        "acc": curve.points[-1].acc,
    }
    return {"items": len(index), "points": [point]}
