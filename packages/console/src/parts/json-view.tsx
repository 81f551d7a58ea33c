import { Anchor } from "@mantine/core";
import type { LargeValue } from "@noxus/contracts";
import { createContext, useContext } from "react";
import { texts } from "../texts/runs.ts";
import { byteSize } from "./format.ts";

/** The run that the values are of: large ones are read from it. */
const OfRun = createContext<string | undefined>(undefined);

interface FileReference {
  uri: string;
  name: string;
  content_type?: string;
}

function isFile(value: unknown): value is FileReference {
  const file = value as Partial<FileReference> | null;
  return typeof file?.uri === "string" && file.uri.startsWith("spot://") && typeof file.name === "string";
}

function isLarge(value: unknown): value is LargeValue {
  return typeof (value as Partial<LargeValue> | null)?.$large_value === "string";
}

/** A value as people read it: texts as texts, files and what is too large as links, the rest as a tree. */
export function JsonView({ value, run }: { value: unknown; run?: string }) {
  if (value === undefined || value === null || value === "")
    return <span className="soft">{texts.nothing}</span>;
  return (
    <div className="json">
      <OfRun value={run}>
        <Branch value={value} depth={0} />
      </OfRun>
    </div>
  );
}

function Branch({ value, depth }: { value: unknown; depth: number }) {
  if (isFile(value)) return <FileLink file={value} />;
  if (isLarge(value)) return <LargeValueLink large={value} />;
  if (typeof value === "string") return <span className="json-text">{value}</span>;
  if (value === null || typeof value !== "object") return <span>{String(value)}</span>;
  const entries = Object.entries(value);
  if (entries.length === 0) return <span className="soft">{Array.isArray(value) ? "[]" : "{}"}</span>;
  return (
    <>
      {entries.map(([key, child]) => (
        <Entry key={key} name={key} value={child} depth={depth} />
      ))}
    </>
  );
}

function Entry({ name, value, depth }: { name: string; value: unknown; depth: number }) {
  if (value === null || typeof value !== "object" || isFile(value) || isLarge(value))
    return (
      <div>
        <span className="json-key">{name}: </span>
        <Branch value={value} depth={depth + 1} />
      </div>
    );
  const size = Array.isArray(value) ? `[${value.length}]` : `{${Object.keys(value).length}}`;
  return (
    <details open={depth < 2}>
      <summary>
        <span className="json-key">{name}</span> <span className="soft">{size}</span>
      </summary>
      <div>
        <Branch value={value} depth={depth + 1} />
      </div>
    </details>
  );
}

function LargeValueLink({ large: { $large_value, size, preview } }: { large: LargeValue }) {
  const run = useContext(OfRun);
  return (
    <>
      <span className="json-text">{preview}…</span>{" "}
      {run ? (
        <Anchor
          href={`/v1/runs/${run}/values/${$large_value}`}
          download={`${$large_value.slice(0, 12)}.json`}
          inherit
        >
          {texts.whole(byteSize(size))}
        </Anchor>
      ) : (
        <span className="soft">{byteSize(size)}</span>
      )}
    </>
  );
}

function FileLink({ file }: { file: FileReference }) {
  const id = file.uri.slice("spot://".length);
  return (
    <Anchor href={`/v1/file/${encodeURIComponent(id)}`} download={file.name} inherit>
      {file.name}
    </Anchor>
  );
}
