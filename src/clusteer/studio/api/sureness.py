"""How good the groups are, as answers about items drawn at random tell; and to ask such questions."""

from typing import TYPE_CHECKING

from fastapi import APIRouter

from clusteer.studio.studio import Opened
from clusteer.studio.trust_shapes import AuditIn, AuditOut, Share, Sureness

if TYPE_CHECKING:
    from clusteer.trust.accuracy import Estimate

router = APIRouter(tags=["sureness"])
AT_ONCE = 20
"""Audit questions that are opened at a time."""


@router.get("/sessions/{name}/sureness")
def sureness(live: Opened) -> Sureness | None:
    """Return the share of items in the right group, with a 95 % interval; null while no audit question is answered."""
    found = live.sureness()
    if found is None:
        return None
    return Sureness(
        whole=_share(found.accuracy), groups={number: _share(estimate) for number, estimate in found.groups.items()}
    )


@router.post("/sessions/{name}/audit")
def audit(live: Opened, wish: AuditIn) -> AuditOut:
    """Open up to twenty questions about items drawn at random, leased to the annotator, who is asked them next."""
    from clusteer.sessions.tables import now

    with live.session() as session:
        n_items = session.ledger.n_items
    clustering = live.clustering(n_items)
    with live.session() as session:
        own, _ = session.ledger.leased(wish.annotator, now())
        asked = session.ask(len(own) + AT_ONCE, wish.annotator, "audit", clustering)
    return AuditOut(open=len(asked))


def _share(estimate: "Estimate") -> Share:
    return Share(value=estimate.value, low=estimate.low, high=estimate.high, answers=estimate.answers)
