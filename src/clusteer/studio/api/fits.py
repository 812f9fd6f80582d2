"""Fits: deep methods, trained in a process of their own."""

from fastapi import APIRouter

from clusteer.studio.api.jobs import job_out
from clusteer.studio.shapes import FitIn, FitOut, JobOut
from clusteer.studio.studio import Here, Opened

router = APIRouter(tags=["fits"])


@router.get("/sessions/{name}/fits")
def fits(live: Opened) -> list[FitOut]:
    """Return the last fit of each deep method, the newest first."""
    from clusteer.sessions.deep_fit import last_fits

    with live.session() as session:
        rows, ledger = last_fits(session), session.ledger
    return [
        FitOut.model_validate(
            {"method": row.method, "answers": len(ledger.upto(row.answers_upto).answers), "at": row.at}
        )
        for row in rows
    ]


@router.post("/sessions/{name}/fits", status_code=202)
def fit(live: Opened, studio: Here, wanted: FitIn) -> JobOut:
    """Begin to train a deep method, as a job. What the session shows, and its questions, stay instant meanwhile."""
    return job_out(studio.jobs.start("fit", live.name, {"method": wanted.method}))
