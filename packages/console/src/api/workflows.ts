import type { Page } from "@noxus/contracts";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { request, requestTagged } from "./client.ts";

export interface Workflow {
  id: string;
  name: string;
  type: string;
  flow_version: "v1" | "v2";
  definition: Record<string, unknown>;
  /** Of it that go on at once; null: as many as there are. */
  max_concurrent_runs: number | null;
  created_at: string;
  updated_at: string;
}

/** What a list shows of a workflow. */
export interface WorkflowSummary {
  id: string;
  name: string;
  node_count: number;
  /** The first of them. */
  node_names: string[];
  last_run: { id: string; status: string; created_at: string } | null;
  triggers: { active: number; failing: number; next_at: string | null };
  updated_at: string;
}

export interface WorkflowFilter {
  /** A part of the name. */
  q?: string | undefined;
  page: number;
}
export const workflowsPerPage = 50;

export const workflowSummariesQuery = ({ q, page }: WorkflowFilter) =>
  queryOptions({
    queryKey: ["workflows", "list", { q, page }],
    queryFn: ({ signal }) =>
      request<Page<WorkflowSummary>>("/v1/workflow-summaries", {
        query: { q, page, size: workflowsPerPage },
        signal,
      }),
    placeholderData: keepPreviousData,
  });

/** Names for what else names workflows by their ids; of as many as the platform gives at once. */
export const workflowNamesQuery = queryOptions({
  queryKey: ["workflows", "names"],
  queryFn: ({ signal }) =>
    request<Page<WorkflowSummary>>("/v1/workflow-summaries", { query: { size: 500 }, signal }),
});

/** With their definitions. */
export const workflowsQuery = queryOptions({
  queryKey: ["workflows"],
  queryFn: ({ signal }) => request<Page<Workflow>>("/v1/workflows", { query: { size: 500 }, signal }),
});

export const workflowQuery = (id: string) =>
  queryOptions({
    queryKey: ["workflows", id],
    queryFn: ({ signal }) => requestTagged<Workflow>(`/v1/workflows/${encodeURIComponent(id)}`, { signal }),
  });

export interface WorkflowVersion {
  id: string;
  name: string;
  description: string | null;
  definition: Record<string, unknown>;
  created_at: string;
}

/** Oldest first. */
export const versionsQuery = (workflow: string) =>
  queryOptions({
    queryKey: ["workflows", workflow, "versions"],
    queryFn: ({ signal }) =>
      request<WorkflowVersion[]>(`/v1/workflows/${encodeURIComponent(workflow)}/versions`, { signal }),
  });
