import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import {
  isNoxusError,
  type Manifest,
  NoxusError,
  pluginSettingsSchema,
  type Source,
  type SourcePreview,
  withoutSecrets,
} from "@noxus/contracts";
import type { Engine, PluginFacts } from "../engines/engine.ts";
import { readManifestPreview } from "../engines/manifest-preview.ts";
import type { StatedNode } from "../engines/stated-facts.ts";
import { iconTypes, MAX_ICON_BYTES, toDataAddress } from "../marketplaces/icon.ts";
import { type LabelTexts, labelFiles, type PluginLabel, readLabel } from "../marketplaces/label.ts";
import { digestTree, readTree } from "../releases/file-tree.ts";
import type { Release } from "../releases/release.ts";
import type { Fetched } from "../sources/fetched.ts";
import { readChangeLog } from "./change-log.ts";
import { readDependencies } from "./dependencies.ts";

/**
 * What a fetched source is, from its files alone: none of its code runs, and nothing is installed. What would end an
 * installation is the preview's `problem`.
 */
export async function previewFetched(
  source: Source,
  fetched: Fetched,
  engines: readonly Engine[],
): Promise<SourcePreview> {
  const { folder, commit, signature } = fetched;
  const entries = await readTree(folder);
  const files = entries.filter(({ type }) => type !== "folder");
  const release = { hash: await digestTree(folder, entries), folder };
  const found = await inspect(release, engines);
  const { manifest, warnings } = await readManifestPreview(folder);
  const label = await labelOf(folder);
  const facts = found.facts;
  return {
    source: withoutSecrets(source),
    ...identityOf(label, facts, manifest),
    icon: (await iconOf(folder)) ?? label.image ?? null,
    engine: found.engine,
    release: release.hash,
    commit: commit ?? null,
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    files: files.length,
    dependencies: await readDependencies(folder),
    locked: facts?.uv?.locked ?? facts?.node?.locked ?? false,
    sdk: facts?.sdk ?? null,
    setupCommand: facts?.uv?.setupCommand ?? facts?.node?.setupCommand ?? null,
    signature: signature ?? null,
    nodes: nodesOf(manifest, facts?.stated?.nodes),
    manifest: manifest ?? null,
    changes: await readChangeLog(folder),
    warnings: [...new Set([...fetched.warnings, ...(facts?.warnings ?? warnings)])],
    problem: found.problem,
  };
}

interface Found {
  engine: string | null;
  facts?: PluginFacts;
  problem: SourcePreview["problem"];
}

async function inspect(release: Release, engines: readonly Engine[]): Promise<Found> {
  let engine: string | null = null;
  try {
    for (const one of engines) {
      if (!(await one.accepts(release))) continue;
      engine = one.name;
      return { engine, facts: await one.inspect(release, pluginSettingsSchema.parse({})), problem: null };
    }
    throw new NoxusError(
      "plugin_project_missing",
      "The folder has neither pyproject.toml nor package.json. If the plugin lies in a subfolder, give its path.",
    );
  } catch (error) {
    if (!isNoxusError(error)) throw error;
    const isNone = error.code === "plugin_project_missing";
    return { engine: isNone ? null : engine, problem: { code: error.code, message: error.message } };
  }
}

/** From the manifest, else as far as the classes tell; null where nothing does. */
function nodesOf(manifest: Manifest | undefined, stated: readonly StatedNode[] = []): SourcePreview["nodes"] {
  const nodes = manifest ? [...manifest.nodes, ...(manifest.nodes_v2 ?? [])] : stated;
  if (!manifest && nodes.length === 0) return null;
  return nodes.map(({ type, title, description }) => ({
    type,
    title: title ?? null,
    description: description ?? null,
  }));
}

/** What the plugin's own files say is better than what was generated from them. */
function identityOf(
  label: PluginLabel,
  facts: PluginFacts | undefined,
  manifest: Manifest | undefined,
): Pick<SourcePreview, "name" | "version" | "displayName" | "description" | "author"> {
  return {
    name: facts?.name ?? label.name ?? null,
    version: facts?.version ?? label.version ?? null,
    displayName: facts?.stated?.displayName ?? manifest?.display_name ?? null,
    description: facts?.stated?.description ?? label.description ?? null,
    author: facts?.stated?.author ?? label.author ?? null,
  };
}

async function labelOf(folder: string): Promise<PluginLabel> {
  const texts = labelFiles.map(async (name) => [
    name,
    await readFile(join(folder, name), "utf8").catch(absent),
  ]);
  return readLabel(Object.fromEntries(await Promise.all(texts)) as LabelTexts);
}

async function iconOf(folder: string): Promise<string | undefined> {
  for (const name of Object.keys(iconTypes) as (keyof typeof iconTypes)[]) {
    const file = join(folder, name);
    const size = (await stat(file).catch(absent))?.size;
    if (size !== undefined && size <= MAX_ICON_BYTES) return toDataAddress(name, await readFile(file));
  }
  return undefined;
}

const absent = () => undefined;
