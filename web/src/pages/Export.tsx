import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { exportSession, getFits, getJobs } from "../api";
import { FolderBrowser } from "../parts/FolderBrowser";
import { JobLine } from "../parts/JobLine";
import { Fault } from "../parts/Notice";
import { DEEP, Training } from "../parts/Training";
import { keyOf, refreshJobs } from "../live";
import type { Deep, Job, Session } from "../types";
import { ago, count } from "../words";

const CONTENTS: [string, string][] = [
  ["labels.csv", "the group of each item, with its name, confidence and where it comes from"],
  ["constraints.jsonl", "what your answers mean, for other programs"],
  ["replay.json", "every answer, to make this session again"],
  ["model/", "groups new items as this session does"],
  ["report.html", "one page to look at or to send: each group in pictures, and how it came about"],
  ["groups/", "one folder per group"],
];

/** Take the grouping away. */
export function Export({ session }: { session: Session }) {
  const client = useQueryClient();
  const [to, setTo] = useState("");
  const [browsing, setBrowsing] = useState(false);
  const jobs = useQuery({
    queryKey: ["jobs"],
    queryFn: getJobs,
    refetchInterval: ({ state }) => (state.data?.some((job) => job.state === "running") ? 700 : false),
  });
  const fits = useQuery({
    queryKey: keyOf(session.name, "fits", jobs.data?.filter(({ kind, state }) => kind === "fit" && state === "done").length),
    queryFn: () => getFits(session.name),
  });
  const start = useMutation({
    mutationFn: (wanted: { folders: boolean; method?: Deep }) =>
      exportSession(session.name, { ...(to ? { to } : {}), ...wanted }),
    onSuccess: () => refreshJobs(client),
  });
  const mine = jobs.data?.filter((job) => job.kind === "export" && job.session === session.name) ?? [];
  const running = mine.some((job) => job.state === "running");
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const fit = fits.data?.find(({ method }) => method === form.get("method"));
    start.mutate({ folders: form.has("folders"), ...(fit ? { method: fit.method } : {}) });
  };

  return (
    <div className="export">
      <h1>Export</h1>
      <form className="form" onSubmit={submit}>
        <dl className="contents">
          {CONTENTS.map(([file, what]) => (
            <div key={file}>
              <dt>
                <code>{file}</code>
              </dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
        {fits.data && fits.data.length > 0 && (
          <label>
            Groups
            <select name="method">
              <option value="">as they stand</option>
              {fits.data.map(({ method, answers, at }) => (
                <option key={method} value={method}>
                  {DEEP[method]}, trained on {count(answers, "answer")} {ago(at)}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          Into the folder <small>left empty, the studio chooses one and names it below</small>
          <span className="row">
            <input
              className="grow"
              value={to}
              onChange={(event) => setTo(event.target.value)}
              placeholder="its path on this computer"
            />
            <button type="button" onClick={() => setBrowsing(!browsing)} aria-expanded={browsing}>
              {browsing ? "Hide" : "Browse"}
            </button>
          </span>
        </label>
        {browsing && (
          <FolderBrowser
            wanted="folder"
            onChoose={(path) => setTo(`${path}/${session.name}`)}
            onDone={() => setBrowsing(false)}
          />
        )}
        {session.kind !== "features" && (
          <label className="check">
            <input type="checkbox" name="folders" defaultChecked />
            One folder per group, with its {session.kind === "texts" ? "texts" : "pictures"}
          </label>
        )}
        {start.error && <Fault fault={start.error} />}
        <div className="choices">
          <button className="primary" disabled={running || start.isPending}>
            {running || start.isPending ? "Exporting …" : `Export ${count(session.items, "item")}`}
          </button>
        </div>
      </form>
      <Training session={session} jobs={jobs.data ?? []} />
      {mine.map((job) => (job.state === "done" ? <Done key={job.id} job={job} /> : <JobLine key={job.id} job={job} />))}
    </div>
  );
}

function Done({ job }: { job: Job }) {
  const { folder, files = [], missing = 0 } = job.result ?? {};
  return (
    <section className="notice good" role="status">
      <p>
        <b>Exported.</b> {count(files.length, "file")} in <code>{folder}</code>
      </p>
      {missing > 0 && <p>{count(missing, "item")} had no file to copy any more; the labels have them.</p>}
    </section>
  );
}
