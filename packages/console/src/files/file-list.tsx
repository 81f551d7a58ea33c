import { Button } from "@mantine/core";
import type { FileRecord } from "@noxus/contracts";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { filesQuery } from "../api/files.ts";
import { Asked } from "../parts/asked.tsx";
import { ConfirmRemoval } from "../parts/confirm-removal.tsx";
import { Empty } from "../parts/empty.tsx";
import { Page } from "../parts/page.tsx";
import { Pager } from "../parts/pager.tsx";
import { SearchField } from "../parts/search-field.tsx";
import { VirtualRows } from "../parts/virtual-rows.tsx";
import { texts } from "../texts/files.ts";
import { DropArea } from "./drop-area.tsx";
import { FileHead, FileRow } from "./file-row.tsx";
import { sendFiles } from "./sending.ts";
import { UploadButton } from "./upload-button.tsx";
import { Uploads } from "./uploads.tsx";

const FilePreview = lazy(() => import("./file-preview.tsx"));
const route = getRouteApi("/shell/files");

/** The workspace's files; more can be dropped onto the page. */
export function FileList() {
  const { q, page = 1, file } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useQuery(filesQuery({ q, page }));
  const search = (words: string) => void navigate({ search: { q: words || undefined }, replace: true });
  const look = (id: string | undefined) => void navigate({ search: (kept) => ({ ...kept, file: id }) });
  return (
    <DropArea onFiles={sendFiles}>
      <Page title={texts.title} actions={<UploadButton onFiles={sendFiles} />}>
        <Uploads />
        <div className="filters">
          <SearchField label={texts.filter} value={q ?? ""} onSearch={search} />
        </div>
        <Asked query={query}>
          {({ items, total, size }) =>
            total === 0 ? (
              <Nothing searched={q !== undefined} onClear={() => search("")} />
            ) : (
              <>
                <FileTable files={items} onLook={look} />
                <Pager
                  page={page}
                  total={total}
                  size={size}
                  onPage={(next) => void navigate({ search: { q, page: next } })}
                />
              </>
            )
          }
        </Asked>
        <Suspense>{file && <FilePreview id={file} onClose={() => look(undefined)} />}</Suspense>
      </Page>
    </DropArea>
  );
}

function FileTable({ files, onLook }: { files: FileRecord[]; onLook: (id: string) => void }) {
  const [leaving, setLeaving] = useState<FileRecord>();
  return (
    <>
      <VirtualRows
        label={texts.title}
        rows={files}
        head={<FileHead />}
        row={(file) => (
          <FileRow
            key={file.id}
            file={file}
            onLook={() => onLook(file.id)}
            onDelete={() => setLeaving(file)}
          />
        )}
      />
      {leaving && (
        <ConfirmRemoval
          path={`/v1/file/${leaving.id}`}
          queryKey={["files"]}
          title={texts.removal(leaving.filename)}
          text={texts.removalText}
          onClose={() => setLeaving(undefined)}
        />
      )}
    </>
  );
}

function Nothing({ searched, onClear }: { searched: boolean; onClear: () => void }) {
  if (!searched) return <Empty title={texts.empty} text={texts.emptyText} />;
  return (
    <Empty title={texts.noMatch}>
      <Button variant="default" onClick={onClear}>
        {texts.noMatchClear}
      </Button>
    </Empty>
  );
}
