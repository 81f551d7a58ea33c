import type { PluginState, PluginSummaries } from "@noxus/contracts";
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";

export interface PluginFilter {
  /** A part of a name or a description. */
  q?: string | undefined;
  state?: PluginState | undefined;
}

const perPage = 100;

/** As many pages of the list as were scrolled to. */
export const pluginListQuery = ({ q, state }: PluginFilter) =>
  infiniteQueryOptions({
    queryKey: ["plugins", "list", { q, state }],
    queryFn: ({ pageParam: page, signal }) =>
      request<PluginSummaries>("/v1/plugin-summaries", { query: { q, state, page, size: perPage }, signal }),
    initialPageParam: 1,
    getNextPageParam: ({ page, size, total }) => (page * size < total ? page + 1 : undefined),
    placeholderData: keepPreviousData,
  });

/** The first few plugins that some words fit. */
export const pluginSearchQuery = (q: string) =>
  queryOptions({
    queryKey: ["plugins", "search", q],
    queryFn: ({ signal }) =>
      request<PluginSummaries>("/v1/plugin-summaries", { query: { q, size: 8 }, signal }),
    placeholderData: keepPreviousData,
  });
