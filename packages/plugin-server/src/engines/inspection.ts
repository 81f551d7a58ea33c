import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { NoxusError, type PluginSettings } from "@noxus/contracts";
import type { Release } from "../releases/release.ts";
import type { PluginFacts, UvFacts } from "./engine.ts";
import { type Lockfile, readLockfile } from "./lockfile.ts";
import { readManifestPreview } from "./manifest-preview.ts";
import { choosePackage } from "./package-choice.ts";
import { type Project, readProject } from "./project.ts";
import type { PythonChoice } from "./python-choice.ts";
import { type ChosenSdk, chooseSdk } from "./sdk-choice.ts";
import { type Candidate, scanSource } from "./source-scan.ts";

/** Grows when environments are made differently, so that old ones are not taken for new ones. */
const environmentFormat = 1;

/** Reads everything that a plugin's files say, without running any of them. */
export async function inspectPlugin(
  release: Release,
  settings: PluginSettings,
  { python, signal }: { python: PythonChoice; signal: AbortSignal },
): Promise<PluginFacts> {
  const project = await readProject(release.folder);
  const [preview, lock, wheelFolders] = await Promise.all([
    readManifestPreview(release.folder),
    readLockfile(release.folder),
    findWheelFolders(release.folder),
  ]);
  const pythonPath = await python.find(project.requiresPython, { signal });
  const rootName = identifierOf(project.name ?? basename(release.folder));
  const scan = await scanSource({ folder: release.folder, rootName, python: pythonPath, signal });
  const choice = choosePackage(scan);
  const sdk = chooseSdk({
    dependencies: project.dependencies,
    imports: choice.candidate.imports,
    attributes: choice.candidate.attributes,
    lockedRelease: lock?.sdkRelease,
    override: settings.sdkRelease,
  });
  const setupCommand = textAttribute(choice.candidate, "setup_command") ?? preview.manifest?.setup_command;
  const uv: UvFacts = {
    pythonPath,
    pythonVersion: scan.python,
    packagePath: choice.candidate.path,
    needsView: choice.needsView,
    projectDeclared: project.declared,
    dependencies: project.dependencies,
    sdkRequirement: sdk.requirement,
    sdkFallbacks: sdk.fallbacks,
    locked: lock !== undefined,
    wheelFolders,
    ...(setupCommand && { setupCommand }),
  };
  return {
    name: textAttribute(choice.candidate, "name") ?? preview.manifest?.name ?? project.name ?? rootName,
    version:
      textAttribute(choice.candidate, "version") ?? preview.manifest?.version ?? project.version ?? "0",
    ...(preview.manifest && { manifest: preview.manifest }),
    packageName: choice.candidate.name,
    sdk: { release: sdk.release, reason: sdk.reason, warnings: sdk.warnings },
    transport: transportFor(settings, sdk),
    environmentKey: keyOf({
      release,
      project,
      lock,
      uv,
      wheels: await listWheels(release.folder, wheelFolders),
    }),
    warnings: [...preview.warnings, ...choice.warnings, ...sdk.warnings, ...projectWarnings(project)],
    uv,
  };
}

function textAttribute({ attributes }: Candidate, name: string): string | undefined {
  const found = attributes.find((attribute) => attribute.base === "BasePlugin" && attribute.name === name);
  return typeof found?.value === "string" ? found.value : undefined;
}

/** stdio where the release has a worker; the operator may force either, but not what is not there. */
function transportFor({ transport }: PluginSettings, sdk: ChosenSdk): "http" | "stdio" {
  if (transport === "auto") return sdk.worker ? "stdio" : "http";
  if (transport === "stdio" && !sdk.worker) throw workerMissing(sdk.release);
  return transport;
}

export function workerMissing(release: string): NoxusError {
  return new NoxusError(
    "transport_unsupported",
    `The plugin's settings ask for the stdio transport, which SDK release ${release} does not have (0.5.6 was the first). Set the transport to auto or http.`,
    { data: { release } },
  );
}

function projectWarnings({ declared }: Project): string[] {
  return declared ? [] : ["pyproject.toml has no [project] table: nothing is installed but the SDK."];
}

function identifierOf(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/g, "_");
}

/** Folders in which a plugin brings wheels for machines without an index. */
async function findWheelFolders(folder: string): Promise<string[]> {
  const named = await Promise.all(
    ["wheels", "vendor"].map(async (name) => {
      const names = await readdir(join(folder, name)).catch(() => []);
      return names.some((file) => file.endsWith(".whl")) ? [name] : [];
    }),
  );
  return named.flat();
}

async function listWheels(folder: string, wheelFolders: string[]): Promise<string[]> {
  const lists = await Promise.all(
    wheelFolders.map(async (name) => {
      const files = await readdir(join(folder, name));
      return Promise.all(files.map(async (file) => `${file} ${(await stat(join(folder, name, file))).size}`));
    }),
  );
  return lists.flat().sort();
}

/**
 * Identical environments have one key, whichever plugin they belong to. What depends on the plugin's own files (a
 * setup command, a dependency given by path) makes the environment the release's own.
 */
function keyOf({
  release,
  project,
  lock,
  uv,
  wheels,
}: {
  release: Release;
  project: Project;
  lock: Lockfile | undefined;
  uv: UvFacts;
  wheels: string[];
}): string {
  const ownFiles =
    uv.setupCommand !== undefined || /"(path|workspace)"/.test(JSON.stringify(project.uvSettings ?? ""));
  const deciding = [
    environmentFormat,
    process.platform,
    process.arch,
    uv.pythonVersion.split(".").slice(0, 2),
    [...uv.dependencies].sort(),
    project.uvSettings ?? null,
    lock?.sha256 ?? null,
    uv.sdkRequirement,
    uv.sdkFallbacks,
    wheels,
    uv.setupCommand ?? null,
    ownFiles ? release.hash : null,
  ];
  return createHash("sha256").update(JSON.stringify(deciding)).digest("hex").slice(0, 32);
}
