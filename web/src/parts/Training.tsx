import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { fitSession } from "../api";
import { refreshJobs } from "../live";
import type { Deep, Job, Session } from "../types";
import { JobLine } from "./JobLine";
import { Fault } from "./Notice";

/** What deep methods are called. */
export const DEEP: Record<Deep, string> = { dcc: "DCC", spherepair: "SpherePair", idec: "IDEC", adc: "ADC", idc: "IDC", pcl: "PCL" };

const ABOUT: Record<Deep, string> = {
  dcc: "follows everything you said",
  spherepair: "follows what you put together and apart",
  idec: "follows the items alone",
  adc: "follows pairs and what they imply",
  idc: "mends plain groups, in seconds",
  pcl: "finds the likeness your pairs point out",
};

/** Train a network on the answers, beside the answering; its groups can be exported when it is done. */
export function Training({ session, jobs }: { session: Session; jobs: readonly Job[] }) {
  const client = useQueryClient();
  const [method, setMethod] = useState<Deep>("dcc");
  const train = useMutation({
    mutationFn: () => fitSession(session.name, method),
    onSuccess: () => refreshJobs(client),
  });
  const mine = jobs.filter((job) => job.kind === "fit" && job.session === session.name);
  const running = mine.some((job) => job.state === "running");
  return (
    <details className="training" open={running || undefined}>
      <summary>Train a network on your answers</summary>
      <p className="quiet">
        It takes minutes and wants a few hundred answers. What you see, and what you are asked, stays instant; the
        network’s groups can then be chosen above.
      </p>
      <div className="row">
        <select
          aria-label="Method"
          value={method}
          onChange={(event) => setMethod(event.target.value as Deep)}
          disabled={running}
        >
          {Object.entries(DEEP).map(([value, name]) => (
            <option key={value} value={value}>
              {name}: {ABOUT[value as Deep]}
            </option>
          ))}
        </select>
        <button type="button" onClick={() => train.mutate()} disabled={running || train.isPending}>
          {running || train.isPending ? "Training …" : "Train"}
        </button>
      </div>
      {train.error && <Fault fault={train.error} />}
      {mine.map((job) => (
        <JobLine key={job.id} job={job} />
      ))}
    </details>
  );
}
