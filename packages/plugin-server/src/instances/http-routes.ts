import { NoxusError } from "@noxus/contracts";
import type { CallKind, PluginCall } from "./instance.ts";

type Route = (name: string, call: PluginCall) => string;

/** The addresses of contract.md §2. What is missing exists on stdio only. */
const routes: Partial<Record<CallKind, { method: "GET" | "POST"; path: Route }>> = {
  health: { method: "GET", path: () => "/health" },
  manifest: { method: "GET", path: () => "/manifest" },
  nodes: { method: "GET", path: () => "/nodes" },
  validate_config: { method: "POST", path: () => "/validate-config" },
  execute: { method: "POST", path: (name) => `/nodes/${name}/execute` },
  node_config: {
    method: "POST",
    path: (name, { skipCache }) => `/nodes/${name}/config${skipCache ? "?skip_cache=true" : ""}`,
  },
  integration_config: { method: "POST", path: (name) => `/integrations/${name}/config` },
  integration_ready: { method: "POST", path: (name) => `/integrations/${name}/ready` },
};

/** @throws NoxusError transport_unsupported */
export function httpRouteOf(call: PluginCall): { method: "GET" | "POST"; path: string } {
  const route = routes[call.kind];
  if (!route)
    throw new NoxusError(
      "transport_unsupported",
      `This plugin runs on an SDK release that is called over HTTP, and those do not offer ${call.kind}; releases from 0.5.6 do.`,
      { data: { started: "no" } },
    );
  return { method: route.method, path: route.path(encodeURIComponent(call.name ?? ""), call) };
}
