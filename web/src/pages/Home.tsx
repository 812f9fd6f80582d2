import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type SyntheticEvent, useEffect } from "react";
import { getJobs, getSessions, pictureOfRow } from "../api";
import { JobLine } from "../parts/JobLine";
import { NewSession } from "../parts/NewSession";
import { Busy, Empty, Fault } from "../parts/Notice";
import { href, setParams, useRoute } from "../route";
import type { SessionLine } from "../types";
import { ago, count, number } from "../words";

const POLL = 1_000;

/** All sessions, and what is being made. */
export function Home() {
  const client = useQueryClient();
  const { params } = useRoute();
  const sessions = useQuery({ queryKey: ["sessions"], queryFn: getSessions, refetchOnMount: "always" });
  const jobs = useQuery({
    queryKey: ["jobs"],
    queryFn: getJobs,
    refetchInterval: ({ state }) => (state.data?.some((job) => job.state === "running") ? POLL : false),
  });
  const making =
    jobs.data?.filter((job) => job.kind === "create" && (job.state !== "done" || job.result?.skipped)) ?? [];
  const finished = jobs.data?.filter((job) => job.state === "done").length;
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ["sessions"] });
  }, [client, finished]);
  const open = () => setParams({ new: "1" });

  return (
    <>
      <header className="bar">
        <span className="wordmark">clusteer</span>
        <span className="where quiet">Group a collection the way you mean it.</span>
      </header>
      <main id="main" tabIndex={-1} className="page page-home">
        <div className="title-row">
          <h1>Sessions</h1>
          <button className="primary" onClick={open}>
            New session
          </button>
        </div>
        {making.map((job) => (
          <JobLine key={job.id} job={job} />
        ))}
        {sessions.isPending && <Busy>Reading the sessions of this computer …</Busy>}
        {sessions.error && <Fault fault={sessions.error} />}
        {sessions.data?.length === 0 && making.length === 0 && (
          <Empty title="No session yet">
            <p>
              A session is a collection of pictures, texts or features and what you said about it. Start one from a
              folder; answer for five minutes; see your own grouping appear.
            </p>
            <p>
              <button className="primary" onClick={open}>
                Start the first one
              </button>
            </p>
          </Empty>
        )}
        <ul className="cards">
          {sessions.data?.map((line) => (
            <Card key={line.name} line={line} />
          ))}
        </ul>
      </main>
      {params.has("new") && <NewSession onClose={() => setParams({ new: "" })} />}
    </>
  );
}

function Card({ line }: { line: SessionLine }) {
  const noun = { images: "picture", texts: "text", features: "item" }[line.kind];
  return (
    <li>
      <a className="card" href={href(line.name)}>
        <Cover line={line} />
        <span className="card-body">
          <b>{line.name}</b>
          <span>
            {count(line.items, noun)}
            {line.gone > 0 && `, ${number(line.gone)} gone`} · {count(line.groups, "group")} ·{" "}
            {count(line.answers, "answer")}
          </span>
          <span className="quiet">Changed {ago(line.changed)}</span>
        </span>
      </a>
    </li>
  );
}

/** A cover is for show: a picture that cannot be read leaves its place empty. */
const hide = (event: SyntheticEvent<HTMLImageElement>) => {
  event.currentTarget.style.visibility = "hidden";
};

function Cover({ line }: { line: SessionLine }) {
  if (line.kind === "images" && line.cover.length > 0) {
    return (
      <span className={`cover n${line.cover.length}`}>
        {line.cover.slice(0, 4).map((row) => (
          <img key={row} src={pictureOfRow(line.name, row, 256)} alt="" loading="lazy" onError={hide} />
        ))}
      </span>
    );
  }
  return (
    <span className="cover words" aria-hidden="true">
      {line.cover_texts?.length ? line.cover_texts.map((text) => <q key={text}>{text}</q>) : line.kind}
    </span>
  );
}
