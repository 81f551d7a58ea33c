import type {
  MarketplacePluginList,
  MarketplacePluginView,
  MarketplaceRecord,
  Marketplaces,
  NodeDefinition,
  Page,
  Plugin,
  PluginHold,
  PluginMemory,
  PluginUsageOverTime,
} from "@noxus/contracts";
import { queryOptions } from "@tanstack/react-query";
import { request } from "./client.ts";

/** The key that this browser is signed in with. */
export interface Me {
  id: string;
  name: string;
  tenant_admin: boolean;
  value: string;
  group_id: string;
}

/** A node of the registry; a plugin's names its plugin. */
export type RegistryNode = NodeDefinition & { plugin_id?: string; plugin_name?: string; v2_ready?: boolean };

export const meQuery = queryOptions({
  queryKey: ["me"],
  queryFn: ({ signal }) => request<Me>("/v1/admin/me", { signal }),
  staleTime: 60_000,
});

export const pluginsQuery = queryOptions({
  queryKey: ["plugins"],
  queryFn: ({ signal }) => request<Page<Plugin>>("/v1/plugins", { query: { size: 500 }, signal }),
});

export const pluginQuery = (id: string) =>
  queryOptions({
    queryKey: ["plugins", id],
    queryFn: ({ signal }) => request<Plugin>(`/v1/plugins/${encodeURIComponent(id)}`, { signal }),
  });

/** A new point comes every 15 s. */
export const pluginUsageQuery = (id: string) =>
  queryOptions({
    queryKey: ["plugin-usage", id],
    queryFn: ({ signal }) =>
      request<PluginUsageOverTime>(`/v1/plugins/${encodeURIComponent(id)}/usage`, { signal }),
    refetchInterval: 15_000,
  });

export const pluginMemoryQuery = queryOptions({
  queryKey: ["plugin-usage"],
  queryFn: ({ signal }) => request<PluginMemory>("/v1/plugin-usage", { signal }),
  refetchInterval: 15_000,
});

/** A marketplace is a repository elsewhere: what was read of it is good for some minutes. */
const marketplaceStaleMs = 300_000;
type MarketplaceAddress = Pick<MarketplaceRecord, "repo_url" | "branch">;

export const marketplacesQuery = queryOptions({
  queryKey: ["marketplaces"],
  queryFn: ({ signal }) => request<Marketplaces>("/v1/marketplaces", { signal }),
});

export const marketplacePluginsQuery = ({ repo_url, branch }: MarketplaceAddress) =>
  queryOptions({
    queryKey: ["marketplaces", repo_url, branch],
    queryFn: ({ signal }) =>
      request<MarketplacePluginList>("/v1/marketplaces/plugins", { query: { repo_url, branch }, signal }),
    staleTime: marketplaceStaleMs,
  });

export const marketplacePluginQuery = ({ repo_url, branch }: MarketplaceAddress, name: string) =>
  queryOptions({
    queryKey: ["marketplaces", repo_url, branch, name],
    queryFn: ({ signal }) =>
      request<MarketplacePluginView>(`/v1/marketplaces/plugins/${encodeURIComponent(name)}`, {
        query: { repo_url, branch },
        signal,
      }),
    staleTime: marketplaceStaleMs,
  });

export const holdQuery = queryOptions({
  queryKey: ["plugin-hold"],
  queryFn: ({ signal }) => request<PluginHold>("/v1/plugin-hold", { signal }),
});

export const nodesQuery = queryOptions({
  queryKey: ["nodes"],
  queryFn: ({ signal }) => request<RegistryNode[]>("/v1/nodes", { signal }),
  staleTime: 10_000,
});

/** What starts a workflow by itself. */
export interface Trigger {
  id: string;
  workflow_id: string;
  /** Null: kept, and starts nothing. */
  kind: "schedule" | "webhook" | "plugin" | null;
  definition: Record<string, unknown>;
  enabled: boolean;
  status: "active" | "failing" | "paused" | "inactive";
  status_reason: string | null;
  next_at: string | null;
  last_at: string | null;
  last_run_id: string | null;
  failure: { code: string; message: string } | null;
  /** Where a webhook's requests are sent. */
  path: string | null;
  /** Of a webhook; only in the answer that made it. */
  secret?: string;
}

export interface TriggerEvent {
  id: string;
  event_type: string;
  data: Record<string, unknown>;
  run_id: string | null;
  error: { code: string; message: string } | null;
  created_at: string;
}

const triggersOf = (workflow: string) => `/v1/workflows/${encodeURIComponent(workflow)}/triggers`;

export const triggersQuery = (workflow: string) =>
  queryOptions({
    queryKey: ["triggers", workflow],
    queryFn: ({ signal }) => request<Page<Trigger>>(triggersOf(workflow), { query: { size: 500 }, signal }),
  });

export const triggerKinds = ["schedule", "webhook", "plugin"] as const;
export type TriggerKind = (typeof triggerKinds)[number];

/** Of all workflows. */
export const allTriggersQuery = (kind: TriggerKind | undefined) =>
  queryOptions({
    queryKey: ["triggers", "all", kind],
    queryFn: ({ signal }) => request<Page<Trigger>>("/v1/triggers", { query: { kind, size: 500 }, signal }),
  });

export const triggerEventsQuery = ({ workflow_id, id }: Pick<Trigger, "workflow_id" | "id">) =>
  queryOptions({
    queryKey: ["triggers", workflow_id, id, "events"],
    queryFn: ({ signal }) =>
      request<Page<TriggerEvent>>(`${triggersOf(workflow_id)}/${id}/events`, { query: { size: 50 }, signal }),
  });

export interface PluginServer {
  id: string;
  name: string;
  url: string;
  version: string;
  /** Whether its last report is fresh. */
  alive: boolean;
  /** Whether it works on the newest desired list. */
  current: boolean;
  inFlight: number;
  startedAt: string | null;
  heartbeatAt: string;
}

export const serversQuery = queryOptions({
  queryKey: ["servers"],
  queryFn: ({ signal }) => request<PluginServer[]>("/v1/plugin-servers", { signal }),
});

export interface Worker {
  id: string;
  host: string;
  pid: number;
  version: string;
  /** Whether it has said so just now. */
  alive: boolean;
  /** Runs at once, at most. */
  concurrency: number;
  running: number;
  startedAt: string;
}

export const workersQuery = queryOptions({
  queryKey: ["workers"],
  queryFn: ({ signal }) => request<Worker[]>("/v1/workers", { signal }),
  refetchInterval: 5_000,
});

export interface Workspace {
  id: string;
  name: string;
  description: string | null;
  /** Of all its workflows together; null for any number. */
  max_concurrent_runs: number | null;
}

/** `value` is the whole key only in the answer that made it, else its first characters. */
export interface ApiKey {
  id: string;
  name: string;
  tenant_admin: boolean;
  value: string;
  created_at: string;
  last_used_at: string | null;
}

export const apiKeysQuery = (workspace: string) =>
  queryOptions({
    queryKey: ["workspaces", workspace, "keys"],
    queryFn: ({ signal }) => request<ApiKey[]>(`/v1/admin/groups/${workspace}/api-keys`, { signal }),
  });

export const workspacesQuery = queryOptions({
  queryKey: ["workspaces"],
  queryFn: ({ signal }) => request<Workspace[]>("/v1/admin/groups", { signal }),
});
