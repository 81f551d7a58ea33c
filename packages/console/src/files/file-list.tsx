import { ActionIcon, Anchor, Button, Text } from "@mantine/core";
import type { FileRecord } from "@noxus/contracts";
import { IconTrash, IconUpload } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { request } from "../api/client.ts";
import { filesQuery } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import { Asked } from "../parts/asked.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Empty } from "../parts/empty.tsx";
import { byteSize } from "../parts/format.ts";
import { Page } from "../parts/page.tsx";
import { Pager } from "../parts/pager.tsx";
import { sayDone, sayFailed } from "../parts/say.ts";
import { TimeAgo } from "../parts/time-ago.tsx";
import { VirtualRows } from "../parts/virtual-rows.tsx";
import { texts } from "../texts/texts.ts";

const route = getRouteApi("/shell/files");
const words = texts.files;

/** The workspace's files. */
export function FileList() {
  const { page = 1 } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(filesQuery(page));
  const [leaving, setLeaving] = useState<FileRecord>();
  return (
    <Page title={words.title} actions={<UploadButton />}>
      <Asked query={query}>
        {({ items, total, size }) =>
          total === 0 ? (
            <Empty title={words.empty} text={words.emptyText} />
          ) : (
            <>
              <VirtualRows
                label={words.title}
                rows={items}
                head={<FileHead />}
                row={(file) => <FileRow key={file.id} file={file} onDelete={() => setLeaving(file)} />}
              />
              <Pager
                page={page}
                total={total}
                size={size}
                onPage={(next) => void navigate({ search: { page: next } })}
              />
            </>
          )
        }
      </Asked>
      {leaving && <DeleteDialog file={leaving} onClose={() => setLeaving(undefined)} />}
    </Page>
  );
}

function FileHead() {
  const { columns } = words;
  return (
    <tr>
      <th className="grow">{columns.name}</th>
      <th className="hide-narrow">{columns.type}</th>
      <th className="number">{columns.size}</th>
      <th className="hide-narrow">{columns.created}</th>
      <th>
        <span className="hide-narrow">{texts.common.delete}</span>
      </th>
    </tr>
  );
}

function FileRow({ file, onDelete }: { file: FileRecord; onDelete: () => void }) {
  return (
    <tr>
      <td>
        <Anchor href={`/v1/file/${file.id}`} download={file.filename} className="row-link" underline="never">
          {file.filename}
        </Anchor>
      </td>
      <td className="hide-narrow mono soft">{file.content_type}</td>
      <td className="number nowrap">{byteSize(file.size)}</td>
      <td className="hide-narrow soft">
        <TimeAgo at={file.created_at} />
      </td>
      <td className="over-row">
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={`${texts.common.delete} ${file.filename}`}
          onClick={onDelete}
        >
          <IconTrash size={16} />
        </ActionIcon>
      </td>
    </tr>
  );
}

function UploadButton() {
  const input = useRef<HTMLInputElement>(null);
  const upload = useMutation({
    mutationFn: (file: File) => {
      const form = new FormData();
      form.set("file", file);
      return request("/v1/file", { body: form });
    },
    onSuccess: () => {
      sayDone(words.uploaded);
      return queryClient.invalidateQueries({ queryKey: ["files"] });
    },
    onError: sayFailed,
  });
  return (
    <>
      <Button
        leftSection={<IconUpload size={16} />}
        loading={upload.isPending}
        onClick={() => input.current?.click()}
      >
        {words.upload}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={words.upload}
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file) upload.mutate(file);
          currentTarget.value = "";
        }}
      />
    </>
  );
}

function DeleteDialog({ file, onClose }: { file: FileRecord; onClose: () => void }) {
  const removal = useMutation({
    mutationFn: () => request(`/v1/file/${file.id}`, { method: "DELETE" }),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["files"] });
    },
    onError: sayFailed,
  });
  return (
    <Confirm
      opened
      title={words.removal(file.filename)}
      action={texts.common.delete}
      busy={removal.isPending}
      onConfirm={() => removal.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{words.removalText}</Text>
    </Confirm>
  );
}
