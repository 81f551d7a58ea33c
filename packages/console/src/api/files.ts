import type { FileRecord, Page } from "@noxus/contracts";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";

export interface FileFilter {
  /** A part of the name. */
  q?: string | undefined;
  page: number;
}

export const filesQuery = ({ q, page }: FileFilter) =>
  queryOptions({
    queryKey: ["files", "list", { q, page }],
    queryFn: ({ signal }) => request<Page<FileRecord>>("/v1/files", { query: { q, page, size: 50 }, signal }),
    placeholderData: keepPreviousData,
  });
