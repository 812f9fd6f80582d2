import { useMutation, useQueryClient } from "@tanstack/react-query";
import { cancelJob } from "../api";
import { refreshJobs } from "../live";
import type { Job } from "../types";
import { count, jobProgress, sentence } from "../words";

const ENDED: Record<Exclude<Job["state"], "running">, string> = {
  done: "Done.",
  failed: "It failed.",
  cancelled: "Cancelled.",
  died: "It stopped before its end, with the studio or the computer. Start it again; what was encoded is kept.",
};

const TITLES: Record<Job["kind"], string> = { create: "New session", export: "Export of", fit: "Training on" };

function said(job: Job): string {
  if (job.state === "running") return `${job.what} …`;
  if (job.error !== null) return job.error;
  const skipped = job.result?.skipped;
  return ENDED[job.state] + (skipped ? ` Left out, as they could not be read: ${count(skipped, "file")}.` : "");
}

/** A job that runs beside the studio: what it does, how far it is, and how to end it. */
export function JobLine({ job }: { job: Job }) {
  const client = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => cancelJob(job.id),
    onSettled: () => refreshJobs(client),
  });
  const running = job.state === "running";
  const title = `${TITLES[job.kind]} ${job.session}`;
  return (
    <div className={`job ${job.state}`} role="group" aria-label={title}>
      <div className="job-words">
        <b>{title}</b>
        <span role="status">{said(job)}</span>
        {running && (
          <>
            {job.total > 0 && <progress aria-label={job.what || title} max={job.total} value={job.done} />}
            <span className="quiet">{jobProgress(job)}</span>
          </>
        )}
        {cancel.error && <span className="bad-words">{sentence(cancel.error)}</span>}
      </div>
      <button onClick={() => cancel.mutate()} disabled={cancel.isPending}>
        {running ? (cancel.isPending ? "Cancelling …" : "Cancel") : "Put away"}
      </button>
    </div>
  );
}
