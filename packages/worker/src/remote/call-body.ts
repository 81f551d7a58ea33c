import { randomUUID } from "node:crypto";
import type { CallContext, ExecuteRequest } from "@noxus/contracts";
import type { GraphNode } from "@noxus/workflow";
import type { NodeCall } from "../nodes/node-call.ts";
import type { PluginRoute } from "./plugin-route.ts";

/** The integrations that a node names, alternatives included. */
export function integrationsOf({ registered }: GraphNode): string[] {
  return [...new Set((registered.definition.integrations ?? []).flat())];
}

/** The request of one execution, as the published SDKs take it. */
export function callBody({ node, inputs, config, run }: NodeCall, route: PluginRoute): ExecuteRequest {
  const declared = new Set(node.registered.definition.inputs.map(({ name }) => name));
  const values = Object.fromEntries(Object.entries(inputs).filter(([name]) => declared.has(name)));
  // The token comes first, so that whoever forwards the call finds it without reading the rest.
  const ctx: CallContext = {
    call_token: randomUUID(),
    plugin_config: route.config,
    integration_credentials: route.credentials,
    integration_credential_ids: route.credentialIds,
    group_id: run.workspaceId,
  };
  const own = withoutNulls(config);
  return node.registered.wiring === "config"
    ? { ctx, inputs: {}, config: { ...own, ...withoutNulls(values) } }
    : { ctx, inputs: values, config: own };
}

/** Null is what clients write for "not set"; left out, the plugin's own default holds. */
function withoutNulls(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== null && value !== undefined),
  );
}

const fileUri = /^spot:\/\/(.+)$/;

/** The ids of all files that a value refers to, at any depth. */
export function filesIn(value: unknown): string[] {
  const found = new Set<string>();
  collectFiles(value, found);
  return [...found];
}

function collectFiles(value: unknown, found: Set<string>): void {
  if (value === null || typeof value !== "object") return;
  const { uri } = value as { uri?: unknown };
  const id = typeof uri === "string" ? fileUri.exec(uri)?.[1] : undefined;
  if (id) found.add(id);
  for (const item of Object.values(value)) collectFiles(item, found);
}
