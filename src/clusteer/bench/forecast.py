"""Cases of kind forecast: a simulated person, and whether what they are told of the next answers comes true."""

from itertools import pairwise

import numpy as np

from clusteer.bench.simulated import simulated
from clusteer.bench.spec import Case
from clusteer.constraints import from_answers
from clusteer.methods.propagation import Propagation
from clusteer.metrics import accuracy
from clusteer.queries.costs import MEMBER_SECONDS
from clusteer.trust.stopping import AHEAD, forecast_gain


def measure(case: Case) -> dict[str, object]:
    """Return, over all stages of a session, how far forecasts were off, and what was gained where none was foreseen.

    Raises
    ------
    UnavailableError
        If the data are missing.
    """
    index, truth, curve = simulated(case)
    engine = Propagation(random_state=int(case["seed"]))
    labels = [
        engine.fit_index(index, from_answers(curve.answers[:m], len(index))).labels_
        for m in range(AHEAD, len(curve.answers) + 1, AHEAD)
    ]
    # What the last stage foretells is beyond the end.
    told = [forecast_gain(1 - accuracy(*two), MEMBER_SECONDS) for two in pairwise(labels[:-1])]
    accuracies = [accuracy(truth, each) for each in labels]
    gained = np.diff(accuracies)[1:]
    foreseen, spread = np.array([each.gain for each in told]), np.array([each.spread for each in told])
    rest = np.array([each.at_rest for each in told])
    point = {
        "answers": len(curve.answers),
        "forecasts": len(told),
        "error": float(np.abs(gained - foreseen).mean()),
        "bias": float((foreseen - gained).mean()),
        "no_change": float(np.abs(gained).mean()),
        "within": float((np.abs(gained - foreseen) <= 2 * spread + 1e-9).mean()),
        "at_rest": float(rest.mean()),
        "acc": accuracies[-1],
    }
    if rest.any():
        point["missed"] = float(max(accuracies[-1] - accuracies[1:][int(np.argmax(rest))], 0.0))
    return {"items": len(index), "points": [point]}
