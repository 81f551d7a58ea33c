import type { FileRecord } from "@noxus/contracts";
import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";

/** A file's name, type and size. It never changes, but may be deleted. */
export const fileRecordQuery = (id: string) =>
  queryOptions({
    queryKey: ["files", "record", id],
    queryFn: ({ signal }) => request<FileRecord>(`/v1/file/${encodeURIComponent(id)}/record`, { signal }),
    staleTime: 60_000,
    refetchInterval: false,
  });
