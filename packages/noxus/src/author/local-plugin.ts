import { createHash } from "node:crypto";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  type ErrorCode,
  errorCodes,
  isNoxusError,
  type Manifest,
  NoxusError,
  type PluginReport,
  parseEnvironment,
} from "@noxus/contracts";
import { pluginIdOf, pluginServerEnvironmentSchema, runPluginServer } from "@noxus/plugin-server";
import { lockFolder } from "@noxus/service";
import type { CommandContext } from "../command-line/define.ts";
import { createPlatformClient, type PlatformClient } from "../connection/platform-client.ts";
import { authorFolders } from "./cache-folders.ts";
import type { AuthorProject } from "./project.ts";

/** A plugin that runs on this machine for as long as one command, without a platform. */
export interface LocalPlugin {
  id: string;
  report: PluginReport;
  manifest: Manifest;
  /** The plugin server's REST; paths of this plugin begin with `/plugins/<id>`. */
  server: PlatformClient;
  /** Where the server keeps files that plugins read and write. */
  filesFolder: string;
}

export type LocalContext = Pick<CommandContext, "env" | "signal" | "terminal">;

export interface LocalOptions {
  /** The plugin's own configuration. */
  config?: Record<string, unknown> | undefined;
}

const name = "plugin";
/** A local request costs about a millisecond. */
const lookEveryMs = 50;

/**
 * Runs a plugin as a plugin server would, with its engine, its environment and its checks, and gives it to `work`. The
 * environment is kept for the next time, by the plugin's folder.
 *
 * @throws NoxusError with the plugin's own failure; `data_folder_in_use` while another command runs the same plugin
 */
export async function withLocalPlugin<T>(
  context: LocalContext,
  project: AuthorProject,
  options: LocalOptions,
  work: (plugin: LocalPlugin) => Promise<T>,
): Promise<T> {
  const folders = await makeFolders(context, project, options);
  const ended = new AbortController();
  const signal = AbortSignal.any([context.signal, ended.signal]);
  const { promise: ready, resolve: onReady } = Promise.withResolvers<{ url: string; apiKey: string }>();
  const running = runPluginServer(environmentOf(folders), { machine: context.env, onReady, signal });
  try {
    const address = await Promise.race([ready, running.then(stoppedEarly)]);
    const server = createPlatformClient(address);
    const report = await waitUntilSettled(context, server);
    const { manifest } = report;
    if (!manifest) throw noManifest(report);
    const filesFolder = join(folders.data, "plugin-server", "files");
    return await work({ id: report.id, report, manifest, server, filesFolder });
  } finally {
    ended.abort(new Error("The command is done."));
    await running.catch(() => undefined);
  }
}

interface Folders {
  data: string;
  cache: string;
  pluginsFile: string;
}

/** One data folder for each plugin's folder: two plugins may run side by side, and neither is installed anew. */
async function makeFolders(
  { env }: LocalContext,
  { folder }: AuthorProject,
  { config = {} }: LocalOptions,
): Promise<Folders> {
  const { plugins: base, packages: cache } = authorFolders(env);
  const data = join(base, createHash("sha256").update(folder).digest("hex").slice(0, 16));
  await mkdir(data, { recursive: true, mode: 0o700 });
  await forgetLastTime(data);
  const pluginsFile = join(data, "plugins.yaml");
  const plugins = { [name]: { source: { type: "local", path: folder }, config } };
  // JSON is YAML.
  await writeFile(pluginsFile, JSON.stringify({ plugins }), { mode: 0o600 });
  return { data, cache, pluginsFile };
}

function environmentOf({ data, cache, pluginsFile }: Folders) {
  return parseEnvironment(pluginServerEnvironmentSchema, {
    PLUGIN_SERVER_PORT: "0",
    PLUGIN_SERVER_PLUGINS_FILE: pluginsFile,
    PLUGIN_SERVER_ALLOW_LOCAL: "true",
    NOXUS_DATA_FOLDER: data,
    NOXUS_CACHE_FOLDER: cache,
    LOG_LEVEL: "silent",
  });
}

/** Only called where the server ends before it took calls, which it does for the signal alone. */
function stoppedEarly(): never {
  throw new NoxusError("call_cancelled", "The command was stopped before the plugin ran.");
}

/**
 * A server remembers what ran and how it failed, and would start that again before it reads the folder. Releases and
 * environments stay: they are found by their content.
 *
 * @throws NoxusError `data_folder_in_use` while another command runs this plugin
 */
async function forgetLastTime(data: string): Promise<void> {
  const root = join(data, "plugin-server");
  await mkdir(root, { recursive: true, mode: 0o700 });
  const advice = "Another command runs this plugin just now: wait until it is done, or stop it.";
  const lock = await lockFolder({ folder: root, advice });
  try {
    await rm(join(root, "plugins"), { recursive: true, force: true });
    await rm(join(root, "desired.json"), { force: true });
  } finally {
    await lock.release();
  }
}

/** Follows the plugin until it runs, lacks configuration or failed. The newest look counts: nothing else changes it. */
async function waitUntilSettled(context: LocalContext, server: PlatformClient): Promise<PluginReport> {
  const { signal, terminal } = context;
  for (;;) {
    const report = await lookAt(server, signal);
    const phase = report?.phases.findLast(({ durationMs }) => durationMs === undefined);
    terminal.rewrite(`  … ${phase?.name ?? "starting"}`);
    if (report?.failure) throw failureOf(report, report.failure);
    if (report && (report.status === "running" || report.status === "missing_config")) {
      terminal.rewrite(undefined);
      return report;
    }
    await delay(lookEveryMs, undefined, { signal });
  }
}

/** The list is read from its file a moment after the server takes calls. */
async function lookAt(server: PlatformClient, signal: AbortSignal): Promise<PluginReport | undefined> {
  try {
    return await server.request<PluginReport>(`/plugins/${pluginIdOf(name)}`, { signal });
  } catch (error) {
    if (isNoxusError(error, "plugin_unknown")) return undefined;
    throw error;
  }
}

function failureOf({ release }: PluginReport, failure: NonNullable<PluginReport["failure"]>): NoxusError {
  const { code, message, stderrTail } = failure;
  const tail = stderrTail && !message.includes(stderrTail) ? `\n${stderrTail.trimEnd()}` : "";
  const known = code in errorCodes ? (code as ErrorCode) : "internal";
  return new NoxusError(known, message + tail, { data: { ...failure, release } });
}

function noManifest({ status }: PluginReport): NoxusError {
  return new NoxusError(
    "plugin_manifest_invalid",
    `The plugin is ${status} and gave no manifest. Start it by itself to see what it says.`,
  );
}
