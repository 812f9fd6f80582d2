"""Jobs: what is being made in the background."""

from typing import Annotated

from fastapi import APIRouter, Path

from clusteer.core.errors import NotFoundError
from clusteer.studio.jobs import Job
from clusteer.studio.shapes import JobOut
from clusteer.studio.studio import Here

router = APIRouter(tags=["jobs"])

Id = Annotated[str, Path(max_length=100)]


def job_out(job: Job) -> JobOut:
    """Return a job as it goes over the wire."""
    return JobOut.model_validate({key: getattr(job, key) for key in JobOut.model_fields})


@router.get("/jobs")
def jobs(studio: Here) -> list[JobOut]:
    """Return every job that runs, and the last ones that have ended, the newest first."""
    return [job_out(job) for job in studio.jobs.all() if job.kind != "map"]


@router.get("/jobs/{id}")
def job(studio: Here, id: Id) -> JobOut:
    """Return a job as it stands."""
    return job_out(_shown(studio.jobs.get(id)))


@router.delete("/jobs/{id}")
def end(studio: Here, id: Id) -> JobOut:
    """Cancel a job that runs, or forget one that has ended."""
    _shown(studio.jobs.get(id))
    return job_out(studio.jobs.end(id))


def _shown(job: Job) -> Job:
    if job.kind == "map":
        raise NotFoundError(f"{job.id} belongs to a map; see that")
    return job
