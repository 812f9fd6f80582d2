import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getFolders } from "../api";
import type { SourceKind } from "../types";
import { count } from "../words";
import { Busy, Fault } from "./Notice";

interface Props {
  wanted: Exclude<SourceKind, "dataset">;
  onChoose: (path: string) => void;
  onDone: () => void;
}

/** The folders the studio may read, one at a time. */
export function FolderBrowser({ wanted, onChoose, onDone }: Props) {
  const [at, setAt] = useState<string | undefined>();
  const here = useQuery({
    queryKey: ["folders", at ?? ""],
    queryFn: () => getFolders(at),
    placeholderData: keepPreviousData,
  });
  if (here.isPending) return <Busy>Reading the folder …</Busy>;
  if (here.error) {
    return (
      <Fault fault={here.error}>
        <button type="button" onClick={() => setAt(undefined)}>
          Back to the start
        </button>
      </Fault>
    );
  }
  const { path, parent, folders, pictures } = here.data;
  const files = wanted === "folder" ? [] : here.data.files.filter(({ kind }) => kind === wanted || kind === "table");
  const enter = (folder: string) => {
    setAt(folder);
    if (wanted === "folder") onChoose(folder);
  };
  return (
    <div className="browser" aria-label="Folders of this computer" role="group">
      <div className="browser-head">
        <button type="button" disabled={parent === null} onClick={() => parent !== null && enter(parent)}>
          ↑ Up
        </button>
        <code>{path}</code>
      </div>
      <ul>
        {folders.map((folder) => (
          <li key={folder.path}>
            <button type="button" className="plain" onClick={() => enter(folder.path)}>
              <span aria-hidden="true">▸ </span>
              {folder.name}
            </button>
          </li>
        ))}
        {files.map((file) => (
          <li key={file.path}>
            <button
              type="button"
              className="plain"
              onClick={() => {
                onChoose(file.path);
                onDone();
              }}
            >
              {file.name}
            </button>
          </li>
        ))}
        {folders.length + files.length === 0 && (
          <li className="quiet">{wanted === "folder" ? "No folders inside this one." : "No fitting file here."}</li>
        )}
      </ul>
      {wanted === "folder" && (
        <div className="browser-foot">
          <span>{pictures ? `${count(pictures, "picture")} here` : "No pictures directly in this folder"}</span>
          <button
            type="button"
            onClick={() => {
              onChoose(path);
              onDone();
            }}
          >
            Take this folder
          </button>
        </div>
      )}
    </div>
  );
}
