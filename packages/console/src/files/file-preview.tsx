import { Button, Group } from "@mantine/core";
import type { FileRecord } from "@noxus/contracts";
import { IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { fileRecordQuery } from "../api/file-record.ts";
import { fileTextQuery } from "../api/file-text.ts";
import { Asked } from "../parts/asked.tsx";
import { Copyable } from "../parts/copyable.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { byteSize } from "../parts/format.ts";
import { texts } from "../texts/files.ts";
import { TextValue } from "../values/text-value.tsx";
import { isImage } from "../values/value-kind.ts";

/** What a file holds, where a browser can show it, with its reference for workflows. */
export default function FilePreview({ id, onClose }: { id: string; onClose: () => void }) {
  const query = useQuery(fileRecordQuery(id));
  return (
    <Dialog onClose={onClose} title={query.data?.filename ?? texts.title} size="xl">
      <Asked query={query} rows={3}>
        {(file) => (
          <>
            <Group justify="space-between" mb="md">
              <span className="soft">
                {file.content_type} · {byteSize(file.size)} · {texts.reference}{" "}
                <Copyable text={`spot://${file.id}`} length={24} />
              </span>
              <Button
                component="a"
                href={`/v1/file/${file.id}`}
                download={file.filename}
                variant="default"
                size="xs"
                leftSection={<IconDownload size={14} />}
              >
                {texts.download}
              </Button>
            </Group>
            <Content file={file} />
          </>
        )}
      </Asked>
    </Dialog>
  );
}

function Content({ file }: { file: FileRecord }) {
  const { id, filename, content_type } = file;
  if (isImage({ uri: `spot://${id}`, name: filename, content_type }))
    return <img className="value-image-large" src={`/v1/file/${id}`} alt={filename} />;
  if (isText(content_type) && file.size > 0) return <TextContent file={file} />;
  return <p className="soft">{texts.notShown}</p>;
}

function isText(type: string): boolean {
  return /^text\/|[/+](json|xml|yaml|x-yaml|javascript|x-ndjson)\b/.test(type);
}

function TextContent({ file: { id, filename, size } }: { file: FileRecord }) {
  const query = useQuery(fileTextQuery(id));
  return (
    <Asked query={query} rows={4}>
      {({ text, bytes }) => (
        <>
          <TextValue text={text} label={filename} />
          {bytes < size && <p className="soft">{texts.beginning(byteSize(bytes), byteSize(size))}</p>}
        </>
      )}
    </Asked>
  );
}
