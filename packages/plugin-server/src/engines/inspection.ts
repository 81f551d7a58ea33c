import { createHash } from "node:crypto";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { NoxusError, type PluginSettings } from "@noxus/contracts";
import type { Release } from "../releases/release.ts";
import type { PluginFacts, UvFacts } from "./engine.ts";
import { type Lockfile, readLockfile } from "./lockfile.ts";
import { type ManifestPreview, readManifestPreview } from "./manifest-preview.ts";
import { choosePackage, type PackageChoice } from "./package-choice.ts";
import { type Project, readProject } from "./project.ts";
import type { PythonChoice } from "./python-choice.ts";
import { type ChosenSdk, chooseSdk } from "./sdk-choice.ts";
import { type Candidate, scanSource } from "./source-scan.ts";
import { statedFacts } from "./stated-facts.ts";

/** Grows when environments are made differently, so that old ones are not taken for new ones. */
const environmentFormat = 2;

/** What lies in a plugin's folder, read but not yet judged. */
interface Found {
  release: Release;
  project: Project;
  preview: ManifestPreview;
  lock: Lockfile | undefined;
  wheelFolders: string[];
  wheels: string[];
}

/**
 * Reads everything that a plugin's files say, without running any of them.
 * @throws NoxusError plugin_…, sdk_release_…, python_missing, uv_missing, transport_unsupported
 */
export async function inspectPlugin(
  release: Release,
  settings: PluginSettings,
  { python, signal }: { python: PythonChoice; signal: AbortSignal },
): Promise<PluginFacts> {
  const found = await readFiles(release);
  const pythonPath = await python.find(found.project.requiresPython, { signal });
  const rootName = identifierOf(found.project.name ?? basename(release.folder));
  const scan = await scanSource({ folder: release.folder, rootName, python: pythonPath, signal });
  const choice = choosePackage(scan);
  const sdk = chooseSdk({
    dependencies: found.project.dependencies,
    imports: choice.candidate.imports,
    attributes: choice.candidate.attributes,
    lockedRelease: found.lock?.sdkRelease,
    override: settings.sdkRelease,
  });
  const uv = uvFactsOf(found, choice, sdk, { path: pythonPath, version: scan.python });
  return {
    ...identityOf(found, choice.candidate),
    packageName: choice.candidate.name,
    sdk: { release: sdk.release, reason: sdk.reason, warnings: sdk.warnings },
    transport: transportFor(settings, sdk),
    environmentKey: keyOf(found, uv),
    warnings: [
      ...found.preview.warnings,
      ...choice.warnings,
      ...sdk.warnings,
      ...projectWarnings(found.project),
    ],
    stated: statedFacts(choice.candidate),
    uv,
  };
}

async function readFiles(release: Release): Promise<Found> {
  const project = await readProject(release.folder);
  const wheelFolders = await findWheelFolders(release.folder);
  const [preview, lock, wheels] = await Promise.all([
    readManifestPreview(release.folder),
    readLockfile(release.folder),
    listWheels(release.folder, wheelFolders),
  ]);
  return { release, project, preview, lock, wheelFolders, wheels };
}

/** The class's own words come first: they are what the running plugin's manifest will say. */
function identityOf({ project, preview: { manifest } }: Found, candidate: Candidate) {
  return {
    name: textAttribute(candidate, "name") ?? manifest?.name ?? project.name ?? candidate.name,
    version: textAttribute(candidate, "version") ?? manifest?.version ?? project.version ?? "0",
    ...(manifest && { manifest }),
  };
}

function uvFactsOf(
  { project, preview, lock, wheelFolders }: Found,
  { candidate, needsView }: PackageChoice,
  sdk: ChosenSdk,
  python: { path: string; version: string },
): UvFacts {
  const setupCommand = textAttribute(candidate, "setup_command") ?? preview.manifest?.setup_command;
  return {
    pythonPath: python.path,
    pythonVersion: python.version,
    packagePath: candidate.path,
    needsView,
    projectDeclared: project.declared,
    dependencies: project.dependencies,
    sdkRequirement: sdk.requirement,
    sdkFallbacks: sdk.fallbacks,
    locked: lock !== undefined,
    wheelFolders,
    ...(setupCommand && { setupCommand }),
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
function keyOf({ release, project, lock, wheels }: Found, uv: UvFacts): string {
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
