import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { getWords } from "../api";
import { Fault } from "./Notice";

/** What to group by, in words, and the words for it: a suggestion can be had, and edited. */
export function Criterion() {
  const [criterion, setCriterion] = useState("");
  const [words, setWords] = useState("");
  const suggest = useMutation({
    mutationFn: getWords,
    onSuccess: (found) => setWords(found.words.join(", ")),
  });
  return (
    <>
      <label>
        Group by <small>in words, if you like: colour, or a face with the emotion of *</small>
        <input
          name="criterion"
          value={criterion}
          onChange={(event) => setCriterion(event.target.value)}
          maxLength={200}
        />
      </label>
      {(criterion.trim() || words) && (
        <label>
          Words <small>some there may be; answers find the others</small>
          <span className="row">
            <input
              className="grow"
              name="words"
              value={words}
              onChange={(event) => setWords(event.target.value)}
              placeholder="red, green, blue"
              maxLength={2000}
            />
            <button
              type="button"
              disabled={!criterion.trim() || suggest.isPending}
              onClick={() => suggest.mutate(criterion.trim())}
            >
              Suggest
            </button>
          </span>
        </label>
      )}
      {suggest.data && <p className="quiet">From {suggest.data.source}.</p>}
      {suggest.error && <Fault fault={suggest.error} />}
    </>
  );
}
