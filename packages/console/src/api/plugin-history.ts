import type { PluginHistory } from "@noxus/contracts";
import { infiniteQueryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";

const perPage = 20;

/** What happened to a plugin, newest first; the next page is what was before. */
export const pluginHistoryQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["plugins", id, "history"],
    queryFn: ({ pageParam, signal }) =>
      request<PluginHistory>(`/v1/plugins/${encodeURIComponent(id)}/history`, {
        query: { before: pageParam ?? undefined, size: perPage },
        signal,
      }),
    initialPageParam: null as number | null,
    getNextPageParam: ({ next }) => next,
  });
