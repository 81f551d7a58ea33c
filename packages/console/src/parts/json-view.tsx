import { Anchor } from "@mantine/core";
import { texts } from "../texts/texts.ts";

interface FileReference {
  uri: string;
  name: string;
  content_type?: string;
}

function isFile(value: unknown): value is FileReference {
  const file = value as Partial<FileReference> | null;
  return typeof file?.uri === "string" && file.uri.startsWith("spot://") && typeof file.name === "string";
}

/** A value as people read it: texts as texts, files as links, the rest as a tree. */
export function JsonView({ value }: { value: unknown }) {
  if (value === undefined || value === null || value === "")
    return <span className="soft">{texts.runs.nothing}</span>;
  return (
    <div className="json">
      <Branch value={value} depth={0} />
    </div>
  );
}

function Branch({ value, depth }: { value: unknown; depth: number }) {
  if (isFile(value)) return <FileLink file={value} />;
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
  if (value === null || typeof value !== "object" || isFile(value))
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

function FileLink({ file }: { file: FileReference }) {
  const id = file.uri.slice("spot://".length);
  return (
    <Anchor href={`/v1/file/${encodeURIComponent(id)}`} download={file.name} inherit>
      {file.name}
    </Anchor>
  );
}
