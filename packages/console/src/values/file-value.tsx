import { Anchor } from "@mantine/core";
import { IconFile } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { ApiError } from "../api/client.ts";
import { fileRecordQuery } from "../api/file-record.ts";
import { byteSize } from "../parts/format.ts";
import { texts } from "../texts/values.ts";
import { ImageValue } from "./image-value.tsx";
import { type FileReference, fileAddress, fileId, isImage } from "./value-kind.ts";

/** A file that a value names: its name to download it, its type and size, and its picture where it is one. */
export function FileValue({ file }: { file: FileReference }) {
  const { data, error } = useQuery(fileRecordQuery(fileId(file.uri)));
  const isGone = error instanceof ApiError && error.status === 404;
  const type = data?.content_type ?? file.content_type;
  return (
    <figure className="value-file">
      {isImage(file) && !isGone && <ImageValue file={file} />}
      <figcaption>
        <IconFile size={14} aria-hidden />
        {isGone ? file.name : <FileLink file={file} />}
        <span className="soft">
          {[isGone ? texts.gone : undefined, type, data && byteSize(data.size)].filter(Boolean).join(" · ")}
        </span>
      </figcaption>
    </figure>
  );
}

/** The name of a file, which loads it down. */
export function FileLink({ file }: { file: FileReference }) {
  return (
    <Anchor href={fileAddress(file)} download={file.name} inherit>
      {file.name}
    </Anchor>
  );
}
