"""Sessions: those there are, where each stands, and new ones."""

from collections import Counter
from importlib.metadata import version

from fastapi import APIRouter

from clusteer.core.errors import InvalidInputError, NotFoundError
from clusteer.core.questions import AUDIT, SKIP, UNSURE
from clusteer.studio.api.jobs import job_out
from clusteer.studio.jobs import BusyError
from clusteer.studio.shapes import DatasetSource, Health, JobOut, NewSession, Pace, SessionDetail, SessionSummary
from clusteer.studio.studio import Here, Opened
from clusteer.studio.summaries import kind_of
from clusteer.studio.view import View

router = APIRouter(tags=["sessions"])

_PLACES = {"folder": "images", "texts": "texts", "features": "features"}


@router.get("/health")
def health(studio: Here) -> Health:
    """Say which clusteer this is, and what a session can be made from."""
    from clusteer.data.builtin import NAMES
    from clusteer.encoders import ENCODERS

    return Health(version=version("clusteer"), root=str(studio.root), datasets=list(NAMES), encoders=list(ENCODERS))


@router.get("/sessions")
def sessions(studio: Here) -> list[SessionSummary]:
    """Return every session, the one that changed last first."""
    found = [studio.summary(row) for row in studio.store.sessions()]
    return sorted(found, key=lambda session: session.changed, reverse=True)


@router.get("/sessions/{name}")
def session(live: Opened) -> SessionDetail:
    """Say where a session stands; nothing is waited for, so there are no groups before the first grouping."""
    with live.session() as opened:
        ledger, items, images, row = opened.ledger, opened.items, opened.images, opened.row
    newest = live.newest
    fits = newest is not None and len(newest.labels) == ledger.n_items
    groups = View(row, ledger, items, images, newest).groups if newest is not None and fits else []
    upto = newest.answers_upto if newest is not None and fits else 0
    choices = Counter(answer.choice for answer in ledger.answers)
    timed = [answer.seconds for answer in ledger.answers if answer.seconds is not None]
    return SessionDetail(
        name=row.name,
        kind=kind_of(row.source),
        items=ledger.n_items - len(ledger.gone),
        gone=len(ledger.gone),
        encoder=row.encoder,
        method=row.method,
        strategy=row.strategy,
        answers=len(ledger.answers),
        shown=len(ledger.questions),
        open=len(ledger.unanswered),
        skipped=choices[SKIP],
        unsure=choices[UNSURE],
        audited=sum(answer.question.purpose == AUDIT for answer in ledger.answers),
        budget=row.budget,
        pace=Pace(answers=len(timed), seconds=sum(timed)),
        groups=groups,
        conflicts=len(ledger.conflicts),
        round_answers=upto,
        ledger=len(ledger.lines),
        version=live.pulse.version,
        computing=not fits or upto < len(ledger.lines),
        trouble=live.trouble,
    )


@router.post("/sessions", status_code=202)
def create(studio: Here, wanted: NewSession) -> JobOut:
    """Begin to make a session, as a job: read, encode once, and be ready to ask."""
    from clusteer.data.builtin import NAMES
    from clusteer.encoders import get_encoder
    from clusteer.sessions.criterion import encoder_for, read_criterion
    from clusteer.sessions.settings import check_name

    check_name(wanted.name)
    if wanted.name in {row.name for row in studio.store.sessions()}:
        raise BusyError(f"a session named {wanted.name!r} exists already; choose another name")
    request: dict[str, object] = {"n_clusters": wanted.clusters, "budget": wanted.budget, "encoder": wanted.encoder}
    source = wanted.source
    if isinstance(source, DatasetSource):
        if source.name not in NAMES:
            raise NotFoundError(f"there is no data set {source.name!r}; choose one of {', '.join(NAMES)}")
        request |= {"dataset": source.name, "split": source.split}
    else:
        place = studio.under_root(source.path)
        if not place.exists():
            raise NotFoundError(f"there is nothing at {place}; choose a folder or file that exists")
        request |= {_PLACES[source.kind]: str(place), "column": source.column}
    pictures, encoder = source.kind in ("folder", "dataset"), wanted.encoder
    if wanted.criterion or wanted.words:
        if not pictures:
            raise InvalidInputError("a criterion in words is for pictures; leave it out")
        encoder = encoder_for(read_criterion(wanted.criterion, wanted.words), encoder)
        request |= {"criterion": wanted.criterion, "words": wanted.words}
    if pictures and encoder:
        for part in encoder.split("+"):
            get_encoder(part)
    return job_out(studio.jobs.start("create", wanted.name, request))
