import { ActionIcon, Group } from "@mantine/core";
import type { FileRecord } from "@noxus/contracts";
import { IconDownload, IconTrash } from "@tabler/icons-react";
import { byteSize } from "../parts/format.ts";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/files.ts";
import { texts as usual } from "../texts/texts.ts";

export function FileHead() {
  const { columns } = texts;
  return (
    <tr>
      <th className="grow">{columns.name}</th>
      <th className="hide-narrow">{columns.type}</th>
      <th className="number">{columns.size}</th>
      <th className="hide-narrow">{columns.created}</th>
      <th>
        <span className="unseen">{columns.actions}</span>
      </th>
    </tr>
  );
}

/** One file; the row opens it, as far as a browser can show it. */
export function FileRow({
  file,
  onLook,
  onDelete,
}: {
  file: FileRecord;
  onLook: () => void;
  onDelete: () => void;
}) {
  const { id, filename, content_type, size, created_at } = file;
  return (
    <tr>
      <td>
        <button type="button" className="row-link plain-button" onClick={onLook}>
          {filename}
        </button>
      </td>
      <td className="hide-narrow mono soft">{content_type}</td>
      <td className="number nowrap">{byteSize(size)}</td>
      <td className="hide-narrow soft">
        <TimeAgo at={created_at} />
      </td>
      <td>
        <Group gap={4} wrap="nowrap" className="over-row">
          <ActionIcon
            component="a"
            href={`/v1/file/${id}`}
            download={filename}
            variant="subtle"
            color="gray"
            aria-label={`${texts.download} ${filename}`}
            title={texts.download}
          >
            <IconDownload size={16} />
          </ActionIcon>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`${usual.common.delete} ${filename}`}
            onClick={onDelete}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      </td>
    </tr>
  );
}
