import { watch } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import {
  type DesiredList,
  type DesiredPlugin,
  desiredPluginSchema,
  gitSourceSchema,
  localSourceSchema,
  marketplaceSourceSchema,
  NoxusError,
  pluginSettingsSchema,
  type Source,
} from "@noxus/contracts";
import type { Logger } from "@noxus/service";
import { parse } from "yaml";
import { z } from "zod";
import { fingerprint } from "../reconcile/wanted.ts";

/** An uploaded package is a file beside plugins.yaml here; there is no platform that could hold it. */
const archiveSourceSchema = z.object({ type: z.literal("upload"), path: z.string().min(1) });

const fileSourceSchema = z.discriminatedUnion("type", [
  gitSourceSchema,
  marketplaceSourceSchema,
  localSourceSchema,
  archiveSourceSchema,
]);

/**
 * `plugins.yaml`, the desired state of a plugin server that works without a platform:
 *
 *     plugins:
 *       text-tools:                      # any name of yours; the plugin's id follows from it
 *         source: { type: git, repo_url: "https://git.example/team/plugins.git", branch: main, path: plugins/text-tools }
 *         config: { language: en }
 *       from-an-archive:
 *         source: { type: upload, path: ./text-tools-1.0.0.tar.gz }      # relative to this file
 *       from-the-marketplace:
 *         source: { type: marketplace, name: slack, version: 1.2.0 }
 *       mine:                            # needs PLUGIN_SERVER_ALLOW_LOCAL=true
 *         source: { type: local, path: ./my-plugin }
 *         enabled: true
 *         settings: { replicas: 2, callTimeoutMs: 60000, sdkRelease: 0.5.5 }
 *
 * The file is watched: what is added is installed, what is changed is updated, what is taken out is uninstalled.
 */
export const pluginsFileSchema = z.object({
  plugins: z.record(
    z.string().min(1),
    z.strictObject({
      source: fileSourceSchema,
      enabled: z.boolean().default(true),
      config: z.record(z.string(), z.unknown()).default({}),
      settings: pluginSettingsSchema.prefault({}),
    }),
  ),
});
type PluginsFile = z.infer<typeof pluginsFileSchema>;

/**
 * Reads the file as a desired list. Generations and the revision grow from those of `before` where something changed.
 *
 * @throws NoxusError `configuration_invalid`, each problem with its path.
 */
export async function readPluginsFile(
  path: string,
  before: { revision: number; get: (id: string) => DesiredPlugin | undefined },
): Promise<DesiredList> {
  const { plugins } = await parsePluginsFile(path);
  const folder = dirname(resolve(path));
  const list = await Promise.all(
    Object.entries(plugins).map(async ([name, entry]) => {
      const source = await toSource(entry.source, folder);
      const id = pluginIdOf(name);
      return withGeneration(
        desiredPluginSchema.parse({ ...entry, source, id, generation: 1 }),
        before.get(id),
      );
    }),
  );
  return { revision: before.revision + 1, plugins: list };
}

async function parsePluginsFile(path: string): Promise<PluginsFile> {
  let value: unknown;
  try {
    value = parse(await readFile(path, "utf8")) ?? { plugins: {} };
  } catch (error) {
    throw invalid(path, (error as Error).message, error);
  }
  const parsed = pluginsFileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message }));
  throw invalid(
    path,
    fields.map((field) => `${field.path}: ${field.message}`).join("; "),
    parsed.error,
    fields,
  );
}

function invalid(
  path: string,
  problem: string,
  cause: unknown,
  fields?: { path: string; message: string }[],
): NoxusError {
  return new NoxusError("configuration_invalid", `The plugins file ${path} cannot be used: ${problem}`, {
    cause,
    ...(fields && { fields }),
  });
}

/** An archive that changed under its name is another upload: size and time of change are part of its id. */
async function toSource(source: z.infer<typeof fileSourceSchema>, folder: string): Promise<Source> {
  if (source.type === "local") return { ...source, path: resolve(folder, source.path) };
  if (source.type !== "upload") return source;
  const path = resolve(folder, source.path);
  const state = await stat(path).catch(() => undefined);
  const mark = state ? `${state.size}-${Math.round(state.mtimeMs)}` : "missing";
  return { type: "upload", file_id: `${path}#${mark}`, filename: basename(path) };
}

function withGeneration(plugin: DesiredPlugin, before: DesiredPlugin | undefined): DesiredPlugin {
  if (!before) return plugin;
  const { generation } = before;
  const same = fingerprint({ ...plugin, generation }) === fingerprint(before);
  return { ...plugin, generation: same ? generation : generation + 1 };
}

/** A UUID (version 8, our own derivation) that is the same for the same name for ever. */
export function pluginIdOf(name: string): string {
  const hex = fingerprint(["plugins.yaml", name]);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * Reads the file now and whenever it changes, until the signal ends. A file that cannot be used is told, and what was
 * read before stays in force.
 */
export async function followPluginsFile({
  path,
  read,
  logger,
  signal,
}: {
  path: string;
  read: () => Promise<void>;
  logger: Logger;
  signal: AbortSignal;
}): Promise<void> {
  const readOrTell = () =>
    read().catch((error: unknown) => logger.error({ err: error, path }, "the plugins file was not taken"));
  await readOrTell();
  const { promise, resolve: end } = Promise.withResolvers<void>();
  let soon: NodeJS.Timeout | undefined;
  // The folder is watched, not the file: editors put a new file in the old one's place.
  const watcher = watch(dirname(resolve(path)), (_event, name) => {
    if (name !== basename(path)) return;
    clearTimeout(soon);
    soon = setTimeout(() => void readOrTell(), 100);
  });
  signal.addEventListener("abort", () => end(), { once: true });
  if (signal.aborted) end();
  await promise;
  clearTimeout(soon);
  watcher.close();
}
