import { FileInput } from "@mantine/core";
import type { FileRecord } from "@noxus/contracts";
import { useMutation } from "@tanstack/react-query";
import { useMemo } from "react";
import { request } from "../api/client.ts";
import { texts } from "../texts/texts.ts";
import { type ControlProps, inputProps } from "./control.ts";
import { Unready } from "./unready.tsx";

const words = texts.form;

/** Uploads what is chosen; the value is the file's reference, as nodes take it. */
export function FileControl(props: ControlProps) {
  const { field, value, onChange } = props;
  const isList = field.display === "file_array";
  const many = isList && field.options.can_select_multiple_files === true;
  const upload = useMutation({ mutationFn: (files: File[]) => Promise.all(files.map(uploadFile)) });
  const choose = (files: File[]) => {
    if (files.length > 0)
      // Of several choices, only the last one's files are taken.
      return upload.mutate(files, { onSuccess: (made) => onChange(isList ? made : made[0]) });
    upload.reset();
    onChange(null);
  };
  const shown = useShown(upload.isPending ? upload.variables : value);
  const { allowed_file_types } = field.options;
  return (
    <div>
      <FileInput
        {...inputProps(props)}
        error={upload.error?.message ?? props.error}
        placeholder={words.chooseFile}
        multiple={many as false}
        clearable
        loading={upload.isPending}
        accept={Array.isArray(allowed_file_types) ? allowed_file_types.join(",") : undefined}
        value={(many ? shown : (shown[0] ?? null)) as File | null}
        onChange={(chosen: File | File[] | null) => choose([chosen ?? []].flat())}
      />
      <Unready reason={upload.isPending ? words.uploading : undefined} />
    </div>
  );
}

/** References, or files on their way, as the library's input shows files: by their names. */
function useShown(value: unknown): File[] {
  return useMemo(() => [value ?? []].flat().map((one) => new File([], nameOf(one))), [value]);
}

function nameOf(reference: unknown): string {
  if (typeof reference !== "object" || reference === null) return String(reference);
  const { name, uri, id } = reference as Record<string, unknown>;
  return String(name ?? uri ?? id ?? "");
}

async function uploadFile(file: File): Promise<Record<string, unknown>> {
  const form = new FormData();
  form.set("file", file);
  const { id, uri, filename, content_type, source_type } = await request<FileRecord>("/v1/file", {
    body: form,
  });
  return { id, uri, name: filename, content_type, source_type };
}
