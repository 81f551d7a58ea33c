import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { callHeaders, type NodeDefinition, NoxusError } from "@noxus/contracts";
import { createLocalFiles } from "@noxus/plugin-server";
import type { CommandContext } from "../command-line/define.ts";
import { didYouMean } from "../connection/nearest.ts";
import { readAssignments } from "../plugins/assignments.ts";
import { formatDuration } from "../terminal/duration.ts";
import { readCallInputs, readCredentials } from "./call-inputs.ts";
import { type LocalPlugin, withLocalPlugin } from "./local-plugin.ts";
import { readProject } from "./project.ts";

export interface CallOptions {
  input?: string[];
  file?: string[];
  config?: string[];
  pluginConfig?: string[];
  credentials?: string[];
  /** Folder for the files that the call makes. */
  out?: string;
}

/** Calls one node of a plugin in a folder, in a process of its own, and prints its outputs. */
export async function callNode(
  context: CommandContext,
  [nodeName = "", word]: string[],
  options: CallOptions,
): Promise<void> {
  const project = await readProject(context.cwd, word);
  const config = await readAssignments(context, options.pluginConfig ?? []);
  await withLocalPlugin(context, project, { config }, async (plugin) => {
    const node = findNode(plugin, nodeName);
    const startedAt = performance.now();
    const outputs = await execute(context, { plugin, node, pluginConfig: config }, options);
    context.terminal.note(
      context.terminal.colors.dim(`${node.type} took ${formatDuration(performance.now() - startedAt)}`),
    );
    context.terminal.print(outputs, () => [JSON.stringify(outputs, null, 2)]);
    if (options.out) await saveFiles(context, outputs, { plugin, folder: resolve(context.cwd, options.out) });
  });
}

function findNode({ manifest }: LocalPlugin, name: string): NodeDefinition {
  const nodes = [...manifest.nodes, ...(manifest.nodes_v2 ?? [])];
  const found = nodes.find(({ type }) => type === name);
  if (found) return found;
  const names = nodes.map(({ type }) => type);
  const advice = didYouMean(name, names, `It has: ${names.join(", ") || "none"}.`);
  throw new NoxusError("plugin_node_unknown", `${manifest.name} has no node "${name}". ${advice}`);
}

async function execute(
  context: CommandContext,
  target: { plugin: LocalPlugin; node: NodeDefinition; pluginConfig: Record<string, unknown> },
  options: CallOptions,
): Promise<Record<string, unknown>> {
  const { plugin, node, pluginConfig } = target;
  const { inputs, fileIds } = await readCallInputs(context, options, plugin.filesFolder);
  const config = await readAssignments(context, options.config ?? [], node.config);
  const none = Object.fromEntries((node.integrations ?? []).flat().map((name) => [name, {}]));
  const given = await readCredentials(context, options.credentials ?? []);
  const ctx = {
    plugin_config: pluginConfig,
    integration_credentials: { ...none, ...given },
    group_id: "local",
  };
  const path = `/plugins/${plugin.id}/nodes/${encodeURIComponent(node.type)}/execute`;
  const answer = await plugin.server.request<{ outputs: Record<string, unknown> }>(path, {
    method: "POST",
    body: { ctx, inputs: asDeclared(node, inputs), config },
    headers: { [callHeaders.files]: fileIds.join(",") },
    signal: context.signal,
  });
  return answer.outputs;
}

/** One value for an input that takes a list is a list of it, as in a workflow. */
function asDeclared({ inputs }: NodeDefinition, given: Record<string, unknown>): Record<string, unknown> {
  const isList = (key: string) => inputs.some(({ name, definition }) => name === key && definition?.is_list);
  return Object.fromEntries(
    Object.entries(given).map(([key, value]) => [
      key,
      isList(key) && !Array.isArray(value) ? [value] : value,
    ]),
  );
}

/** Every file among the outputs, under its own name. */
async function saveFiles(
  { terminal, signal }: CommandContext,
  outputs: Record<string, unknown>,
  { plugin, folder }: { plugin: LocalPlugin; folder: string },
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { id, name } of filesIn(outputs)) {
    const path = join(folder, basename(name));
    const { stream } = await createLocalFiles(plugin.filesFolder).download(id, undefined, signal);
    await pipeline(stream, createWriteStream(path), { signal });
    terminal.note(`saved ${path}`);
  }
}

function filesIn(value: unknown): { id: string; name: string }[] {
  if (typeof value !== "object" || value === null) return [];
  const { uri, id, name } = value as { uri?: unknown; id?: unknown; name?: unknown };
  if (typeof uri === "string" && uri.startsWith("spot://") && typeof id === "string")
    return [{ id, name: typeof name === "string" && name !== "" ? name : id }];
  return Object.values(value).flatMap(filesIn);
}
