import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { createSession, getHealth } from "../api";
import { refreshJobs } from "../live";
import type { NewSession as Wanted, SourceKind } from "../types";
import { Criterion } from "./Criterion";
import { Dialog } from "./Dialog";
import { FolderBrowser } from "./FolderBrowser";
import { Fault } from "./Notice";

const SOURCES: { kind: SourceKind; name: string; hint: string }[] = [
  { kind: "folder", name: "Pictures", hint: "A folder with pictures; folders inside it count too." },
  { kind: "texts", name: "Texts", hint: "A file with one text a line, or a table with a column of texts." },
  { kind: "features", name: "Features", hint: "A table or array of numbers, one row per item (.npy, .csv)." },
  { kind: "dataset", name: "Bundled set", hint: "Pictures that come with clusteer, to try it out." },
];

/** Where a session's items come from, and how it is made. Encoding goes on in the background. */
export function NewSession({ onClose }: { onClose: () => void }) {
  const client = useQueryClient();
  const health = useQuery({ queryKey: ["health"], queryFn: getHealth, staleTime: Infinity });
  const [kind, setKind] = useState<SourceKind>("folder");
  const [path, setPath] = useState("");
  const [typed, setTyped] = useState<string | null>(null);
  const [browsing, setBrowsing] = useState(false);
  const create = useMutation({
    mutationFn: createSession,
    onSuccess: () => {
      void refreshJobs(client);
      onClose();
    },
  });
  const datasets = health.data?.datasets ?? ["inks"];
  const [dataset, setDataset] = useState("inks");
  const suggested = kind === "dataset" ? dataset : nameFrom(path);
  const name = typed ?? suggested;

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    create.mutate(wantedFrom(form, name, kind, kind === "dataset" ? dataset : path));
  };

  return (
    <Dialog title="New session" onClose={onClose} className="wide">
      <form className="form" onSubmit={submit}>
        <fieldset className="segments">
          <legend>What do you want to group?</legend>
          {SOURCES.map((source) => (
            <label key={source.kind}>
              <input
                type="radio"
                name="kind"
                checked={kind === source.kind}
                onChange={() => {
                  setKind(source.kind);
                  setPath("");
                }}
              />
              {source.name}
            </label>
          ))}
        </fieldset>
        <p className="quiet">{SOURCES.find((source) => source.kind === kind)?.hint}</p>
        {kind === "dataset" ? (
          <label>
            Set
            <select value={dataset} onChange={(event) => setDataset(event.target.value)}>
              {datasets.map((set) => (
                <option key={set}>{set}</option>
              ))}
            </select>
          </label>
        ) : (
          <label>
            {kind === "folder" ? "Folder" : "File"}
            <span className="row">
              <input
                className="grow"
                value={path}
                onChange={(event) => setPath(event.target.value)}
                placeholder={health.data?.root ? `below ${health.data.root}` : "its path on this computer"}
                required
              />
              <button type="button" onClick={() => setBrowsing(!browsing)} aria-expanded={browsing}>
                {browsing ? "Hide" : "Browse"}
              </button>
            </span>
          </label>
        )}
        {browsing && kind !== "dataset" && (
          <FolderBrowser wanted={kind} onChoose={setPath} onDone={() => setBrowsing(false)} />
        )}
        {kind === "texts" && (
          <label>
            Column <small>where the file is a table</small>
            <input name="column" />
          </label>
        )}
        <label>
          Name of the session
          <input value={name} onChange={(event) => setTyped(event.target.value)} required maxLength={80} />
        </label>
        {(kind === "folder" || kind === "dataset") && <Criterion />}
        <details>
          <summary>More</summary>
          <div className="form columns">
            <label>
              Number of groups <small>if you know it; new groups open as you answer</small>
              <input name="clusters" type="number" min={2} max={500} inputMode="numeric" />
            </label>
            <label>
              Questions you are willing to see
              <input name="budget" type="number" min={1} inputMode="numeric" />
            </label>
            {kind === "folder" && health.data?.encoders && health.data.encoders.length > 0 && (
              <label>
                Encoder
                <select name="encoder" defaultValue="">
                  <option value="">the usual one</option>
                  {health.data.encoders.map((encoder) => (
                    <option key={encoder}>{encoder}</option>
                  ))}
                </select>
              </label>
            )}
          </div>
        </details>
        {create.error && <Fault fault={create.error} />}
        <div className="choices end">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button className="primary" disabled={create.isPending}>
            {create.isPending ? "Starting …" : "Start"}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** A session is first called as its folder or file is. */
function nameFrom(path: string): string {
  const last =
    path
      .replace(/[/\\]+$/, "")
      .split(/[/\\]/)
      .at(-1) ?? "";
  return last.replace(/\.[a-z0-9]{2,5}$/i, "").replace(/[^\p{L}\p{N}._-]+/gu, "-");
}

function wantedFrom(form: FormData, name: string, kind: SourceKind, place: string): Wanted {
  const given = (key: string) => String(form.get(key) ?? "").trim();
  const [column, encoder, clusters, budget] = ["column", "encoder", "clusters", "budget"].map(given);
  const [criterion, words] = ["criterion", "words"].map(given);
  return {
    name: name.trim(),
    source: {
      kind,
      ...(kind === "dataset" ? { name: place } : { path: place }),
      ...(kind === "texts" && column ? { column } : {}),
    },
    ...(encoder ? { encoder } : {}),
    ...(criterion ? { criterion } : {}),
    ...(words ? { words } : {}),
    ...(clusters ? { clusters: Number(clusters) } : {}),
    ...(budget ? { budget: Number(budget) } : {}),
  };
}
