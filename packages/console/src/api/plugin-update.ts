import type { Plugin, PluginPreview } from "@noxus/contracts";
import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";

/** What an update would bring: the source is fetched for it, so it is asked once and not again by itself. */
export const pluginUpdateQuery = ({ id }: Pick<Plugin, "id">) =>
  queryOptions({
    queryKey: ["plugin-update", id],
    queryFn: ({ signal }) =>
      request<PluginPreview>(`/v1/plugins/${id}/update/preview`, { method: "POST", signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchInterval: false,
    retry: false,
  });
