import { useState } from "react";
import { texts } from "../texts/values.ts";
import { FileValue } from "./file-value.tsx";
import { FormChoice } from "./form-choice.tsx";
import { LargeValue } from "./large-value.tsx";
import { OfRun } from "./of-run.ts";
import { TableValue } from "./table-value.tsx";
import { TextValue } from "./text-value.tsx";
import { TreeValue } from "./tree-value.tsx";
import { columnsOf, type FileReference, isLarge, kindOf } from "./value-kind.ts";

/**
 * A value as people read it: texts as texts, like objects as a table, files with their pictures, the rest as a tree.
 * `label` is what it is called for those who do not see it.
 */
export function ValueView({
  value,
  run,
  label,
}: {
  value: unknown;
  run?: string | undefined;
  label: string;
}) {
  return (
    <OfRun value={run}>
      <Shown value={value} label={label} />
    </OfRun>
  );
}

function Shown({ value, label }: { value: unknown; label: string }) {
  switch (kindOf(value)) {
    case "nothing":
      return <span className="soft">{texts.nothing}</span>;
    case "text":
      return <TextValue text={value as string} label={label} />;
    case "plain":
      return <span className="value-plain">{String(value)}</span>;
    case "file":
      return <FileValue file={value as FileReference} />;
    case "files":
      return <Files files={value as FileReference[]} />;
    case "large":
      return isLarge(value) && <LargeValue large={value} />;
    case "table":
      return <Table rows={value as Record<string, unknown>[]} label={label} />;
    case "tree":
      return <TreeValue value={value as object} label={label} />;
  }
}

function Files({ files }: { files: FileReference[] }) {
  return (
    <div className="value-files">
      {files.map((file, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: one file may be named twice
        <FileValue key={`${file.uri} ${index}`} file={file} />
      ))}
    </div>
  );
}

function Table({ rows, label }: { rows: Record<string, unknown>[]; label: string }) {
  const [form, setForm] = useState<"table" | "tree">("table");
  return (
    <div>
      <FormChoice label={label} forms={["table", "tree"]} form={form} onChange={setForm} />
      {form === "table" ? (
        <TableValue rows={rows} columns={columnsOf(rows) ?? []} label={label} />
      ) : (
        <TreeValue value={rows} label={label} />
      )}
    </div>
  );
}
