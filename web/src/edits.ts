/** Changes a person makes by hand: each is stored as answers, and each can be taken back. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { annotator } from "./annotator";
import { changeGroup, makeEdit, undoLast } from "./api";
import { refreshSession } from "./live";
import type { Edit } from "./types";
import { sentence } from "./words";

export interface Edits {
  edit: (edit: Edit, done: string) => void;
  rename: (group: number, change: { name?: string; colour?: string }, done: string) => void;
  undo: () => void;
  /** What is being saved, what was, or why it was not. */
  said: string;
  failed: boolean;
  busy: boolean;
}

export function useEdits(session: string): Edits {
  const client = useQueryClient();
  const [said, setSaid] = useState("");
  const work = useMutation({
    mutationFn: (step: () => Promise<string>) => step(),
    onMutate: () => setSaid("Saving …"),
    onSuccess: (words) => {
      setSaid(words);
      return refreshSession(client, session);
    },
    onError: (fault) => setSaid(sentence(fault)),
  });
  return {
    edit: (edit, done) => work.mutate(() => makeEdit(session, edit, annotator()).then(() => `${done} Saved.`)),
    rename: (group, change, done) =>
      work.mutate(() => changeGroup(session, group, change, annotator()).then(() => `${done} Saved.`)),
    undo: () => work.mutate(() => undoLast(session, annotator()).then(({ words }) => `Taken back: ${words}`)),
    said,
    failed: work.isError,
    busy: work.isPending,
  };
}
