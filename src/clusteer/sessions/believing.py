"""How far each standing answer of a session is believed."""

from dataclasses import replace

from clusteer.core.clustering import Clustering
from clusteer.sessions.ledger import Ledger
from clusteer.trust.reliability import Reliability, reliability


def believed_answers(ledger: Ledger, clustering: Clustering) -> Reliability:
    """Return how far each standing answer is believed, given all the others; those that contradict each other by half.

    Contradictions have joined the groups that would tell which of their answers is wrong.
    """
    found = reliability(ledger.answers, clustering)
    unclear = {id: weight for id, weight in ledger.contradicted.items() if id in found.weights}
    return replace(found, weights=found.weights | unclear)
