import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { NoxusError, type PluginSettings } from "@noxus/contracts";
import { satisfies } from "semver";
import type { NodeFacts, PluginFacts } from "../engines/engine.ts";
import { type ManifestPreview, readManifestPreview } from "../engines/manifest-preview.ts";
import type { Release } from "../releases/release.ts";
import { readPluginNpmrc } from "./npm-settings.ts";
import { dependencyKinds, type PackageFile, readPackageFile } from "./package-file.ts";
import { type PackageLock, packagesWithScripts, parseNpmLock, readPackageLock } from "./package-lock.ts";
import { localPaths } from "./project-copy.ts";
import { chooseSdkSupply, type OwnSdk, type SdkSupply, sdkPackage } from "./sdk-supply.ts";

/** Grows when environments are made differently, so that old ones are not taken for new ones. */
const environmentFormat = 1;

interface Found {
  release: Release;
  packageFile: PackageFile;
  lock: PackageLock | undefined;
  preview: ManifestPreview;
  vendored: string[];
  sdk: SdkSupply;
}

/**
 * Reads everything that a TypeScript or JavaScript plugin's files say, without running any of them.
 * @throws NoxusError plugin_project_…, sdk_release_unknown, node_version_unsupported, dependencies_unresolvable
 */
export async function inspectNodePlugin(
  release: Release,
  settings: PluginSettings,
  ownSdk: OwnSdk,
): Promise<PluginFacts> {
  const packageFile = await readPackageFile(release.folder);
  assertNodeFits(packageFile);
  const lock = await readPackageLock(release.folder);
  const found: Found = {
    release,
    packageFile,
    lock,
    preview: await readManifestPreview(release.folder),
    vendored: await listVendored(release.folder),
    sdk: chooseSdkSupply(packageFile, lock, ownSdk),
  };
  const node = nodeFactsOf(found, settings, await readPluginNpmrc(release.folder));
  const { own: _own, ...sdk } = found.sdk;
  return {
    ...identityOf(found),
    packageName: packageFile.name ?? basename(release.folder),
    sdk,
    transport: settings.transport === "http" ? "http" : "stdio",
    environmentKey: keyOf(found, node, ownSdk),
    warnings: [...found.preview.warnings, ...sdk.warnings, ...scriptWarnings(lock, settings)],
    node,
  };
}

function identityOf({ packageFile, preview: { manifest }, release }: Found) {
  const unscoped = packageFile.name?.replace(/^@[^/]+\//, "");
  return {
    name: manifest?.name ?? unscoped ?? basename(release.folder),
    version: packageFile.version ?? manifest?.version ?? "0",
    ...(manifest && { manifest }),
  };
}

function assertNodeFits({ engines }: PackageFile): void {
  const range = engines?.node;
  if (range === undefined || satisfies(process.versions.node, range, { includePrerelease: true })) return;
  throw new NoxusError(
    "node_version_unsupported",
    `package.json asks for Node ${range} (engines.node); this plugin server runs plugins with Node ${process.versions.node}. Let the range allow it, or run a plugin server on such a Node.`,
    { data: { range, node: process.versions.node } },
  );
}

function nodeFactsOf(found: Found, settings: PluginSettings, npmrc: string): NodeFacts {
  const { packageFile, lock, preview, vendored, sdk } = found;
  const setupCommand = packageFile.noxus?.setupCommand ?? preview.manifest?.setup_command;
  return {
    // Without anything to install no package manager is asked, nor needed.
    ...(needsInstall(packageFile, sdk) && { manager: lock?.manager ?? "npm" }),
    locked: lock !== undefined,
    ownSdk: sdk.own,
    installScripts: settings.installScripts,
    ...(npmrc && { npmrc }),
    ...(vendored.length > 0 && { vendorFolder }),
    ...(setupCommand && { setupCommand }),
  };
}

function needsInstall(packageFile: PackageFile, { own }: SdkSupply): boolean {
  const kinds = ["dependencies", "optionalDependencies", "peerDependencies"] as const;
  const names = kinds.flatMap((kind) => Object.keys(packageFile[kind]));
  return names.some((name) => name !== sdkPackage || !own);
}

function scriptWarnings(lock: PackageLock | undefined, { installScripts }: PluginSettings): string[] {
  if (installScripts || lock?.manager !== "npm") return [];
  const names = packagesWithScripts(parseNpmLock(lock));
  if (names.length === 0) return [];
  return [
    `Install scripts are off and were not run for ${names.join(", ")}. If the plugin fails for that, allow them with the setting installScripts.`,
  ];
}

const vendorFolder = "vendor";

async function listVendored(folder: string): Promise<string[]> {
  const names = await readdir(join(folder, vendorFolder)).catch((): string[] => []);
  return names.filter((name) => name.endsWith(".tgz")).sort();
}

/**
 * Identical environments have one key, whichever plugin they belong to. What depends on the plugin's own files (a setup
 * command, a dependency given by path) makes the environment the release's own.
 */
function keyOf({ release, packageFile, lock, vendored }: Found, node: NodeFacts, ownSdk: OwnSdk): string {
  const ownFiles = node.setupCommand !== undefined || localPaths(packageFile).length > 0;
  const deciding = [
    environmentFormat,
    [process.platform, process.arch, process.versions.modules],
    dependencyKinds.filter((kind) => kind !== "devDependencies").map((kind) => sorted(packageFile[kind])),
    packageFile.overrides ?? packageFile.resolutions ?? packageFile.pnpm ?? null,
    lock?.sha256 ?? null,
    node,
    vendored,
    node.ownSdk ? ownSdk : null,
    ownFiles ? release.hash : null,
  ];
  return createHash("sha256").update(JSON.stringify(deciding)).digest("hex").slice(0, 32);
}

function sorted(members: Record<string, string>): [string, string][] {
  return Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1));
}
