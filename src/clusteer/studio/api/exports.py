"""Exports: labels, folders, constraints, model, report."""

from fastapi import APIRouter

from clusteer.studio.api.jobs import job_out
from clusteer.studio.shapes import ExportIn, JobOut
from clusteer.studio.studio import Here, Opened

router = APIRouter(tags=["jobs"])


@router.post("/sessions/{name}/exports", status_code=202)
def export(live: Opened, studio: Here, wanted: ExportIn) -> JobOut:
    """Begin to write labels, constraints, a replay, the model, a report and a folder per group, as a job."""
    with live.session() as session:
        number = session.row.id
    to = studio.home / "exports" / str(number) if wanted.to is None else studio.under_root(wanted.to)
    if wanted.method is not None:
        from clusteer.sessions.deep_fit import finished

        with live.session() as session:
            finished(session, wanted.method)  # That it was trained is said here, not by the job.
    request = {"to": str(to), "folders": wanted.folders, "method": wanted.method}
    return job_out(studio.jobs.start("export", live.name, request))
