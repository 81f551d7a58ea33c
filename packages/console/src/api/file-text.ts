import { queryOptions } from "@tanstack/react-query";
import { requestText } from "./client.ts";

/** As much as somebody reads on a page. */
const mostBytes = 256 * 1024;

/** The beginning of a file that holds text; `bytes`: how much of it that is. */
export const fileTextQuery = (id: string) =>
  queryOptions({
    queryKey: ["files", "text", id],
    queryFn: async ({ signal }) => {
      const headers = { range: `bytes=0-${mostBytes - 1}` };
      const text = await requestText(`/v1/file/${encodeURIComponent(id)}`, { headers, signal });
      return { text, bytes: new TextEncoder().encode(text).length };
    },
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
  });
