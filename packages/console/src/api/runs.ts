import type { Page, Run, RunError, RunWait } from "@noxus/contracts";
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";
import { type Since, sinceTime } from "./since.ts";

/** One call of a node, or of one item of a list, as the journal has it. */
export interface NodeRun {
  node_id: string;
  node_type: string;
  /** Of a mapped list, or the turn of a loop: `2/0` in a loop inside another. */
  item: number | string | null;
  attempt: number;
  status: string;
  inputs: unknown;
  outputs: unknown;
  error: RunError | null;
  /** When its inputs were there. */
  ready_at: string | null;
  started_at: string | null;
  finished_at: string | null;
  call_ms: number | null;
  total_ms: number | null;
  /** Done in the run that this one was restarted from. */
  reused?: boolean;
}

/** A run with all that its nodes were given and gave. */
export type FullRun = RunRecord & {
  /** As it is called now. */
  workflow_name: string | null;
  /** The workflow as it was when the run was started. */
  definition: Record<string, unknown>;
  nodes: NodeRun[];
};
/** A run as most answers have it. */
export type RunRecord = Run & {
  started_at?: string | null;
  /** The run that it repeats or goes on from. */
  restarted_from?: string | null;
  /** Paused, or about to be: what is under way ends first. */
  pause_requested?: boolean;
};

/** What a list shows of a run. */
export type RunSummary = Pick<
  RunRecord,
  | "id"
  | "workflow_id"
  | "tried_node"
  | "status"
  | "error"
  | "started_by"
  | "created_at"
  | "started_at"
  | "finished_at"
> & { workflow_name: string };

/** What waits for a person, in any run. */
export type OpenWait = RunWait & {
  run_id: string;
  workflow_name: string;
  node_name: string | null;
  since: string;
};

/** What waits for a person in all runs, the oldest first. */
export const openWaitsQuery = queryOptions({
  queryKey: ["runs", "waits"],
  queryFn: ({ signal }) =>
    request<{ items: OpenWait[] }>("/v1/waits", { query: { kind: "approval" }, signal }),
});

/** Which runs a list shows. */
export interface RunFilter {
  status?: string | undefined;
  workflow?: string | undefined;
  since?: Since | undefined;
  /** The beginning of a run's id. */
  id?: string | undefined;
  page: number;
}
/** What a screen shows without much scrolling. */
export const runsPerPage = 50;

/** One page of the runs that fit, newest first; the page before is shown until it is there. */
export const runsQuery = ({ status, workflow, since, id, page }: RunFilter) =>
  queryOptions({
    queryKey: ["runs", "list", { status, workflow, since, id, page }],
    queryFn: ({ signal }) => {
      const from = since && sinceTime(since, Date.now());
      const query = {
        view: "summary",
        status,
        workflow_id: workflow,
        since: from,
        run_id: id,
        page,
        size: runsPerPage,
      };
      return request<Page<RunSummary>>("/v1/runs", { query, signal });
    },
    placeholderData: keepPreviousData,
  });

/** With all its values; one that has ended stays as it is. */
export const runQuery = (id: string) =>
  queryOptions({
    queryKey: ["runs", id],
    queryFn: ({ signal }) => request<FullRun>(`/v1/runs/${encodeURIComponent(id)}/data`, { signal }),
    refetchInterval: ({ state: { data } }) => (data?.finished_at ? false : runStaleMs),
  });

/** Where its stream tells nothing for so long, a run is looked at all the same. */
const runStaleMs = 20_000;

/** What the nodes of one run wait for. */
export const runWaitsQuery = (id: string) =>
  queryOptions({
    queryKey: ["runs", id, "waits"],
    queryFn: ({ signal }) =>
      request<{ items: RunWait[] }>(`/v1/runs/${encodeURIComponent(id)}/waits`, { signal }),
  });
