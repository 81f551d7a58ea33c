import { access, mkdir, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { type CommandResult, endOf } from "../engines/command.ts";
import type { NodeFacts } from "../engines/engine.ts";
import { isUnresolvable, npmWords } from "./npm-words.ts";
import type { PackageManager } from "./package-lock.ts";
import type { ManagerRun, PackageManagers } from "./package-manager.ts";
import { copyProject } from "./project-copy.ts";
import { type OwnSdk, sdkPackage } from "./sdk-supply.ts";

export interface NodeInstallation {
  /** Where node_modules is made. */
  environmentFolder: string;
  releaseFolder: string;
  facts: NodeFacts;
  ownSdk: OwnSdk;
}

type Run = Omit<ManagerRun, "cwd">;

/**
 * Makes `node_modules` from the plugin's lockfile, or, where it has none, from what fits its package.json today; then links
 * our own SDK, where the plugin brings none. The environment keeps the lockfile that it was made from.
 * @returns warnings
 * @throws NoxusError dependencies_unresolvable, environment_failed, package_manager_missing, sdk_release_unknown
 */
export async function installNodeModules(
  managers: PackageManagers,
  installation: NodeInstallation,
  run: Run,
): Promise<string[]> {
  const { environmentFolder, facts } = installation;
  const modules = join(environmentFolder, "node_modules");
  await mkdir(modules, { recursive: true });
  if (facts.manager) await install(managers, facts.manager, installation, run);
  if (facts.ownSdk) await linkSdk(modules, installation.ownSdk);
  await assertSdk(modules);
  return facts.manager && !facts.locked ? [unlocked] : [];
}

const unlocked =
  "The plugin has no lockfile: its dependencies were resolved once, here and now. Commit a package-lock.json to install the same everywhere.";

async function install(
  managers: PackageManagers,
  manager: PackageManager,
  installation: NodeInstallation,
  run: Run,
): Promise<void> {
  const { environmentFolder, releaseFolder, facts } = installation;
  const isYarn = manager === "yarn" || manager === "yarn-classic";
  const registry = isYarn ? await managers.registry({ ...run, cwd: environmentFolder }) : undefined;
  await copyProject({ from: releaseFolder, to: environmentFolder, facts, registry });
  run.onProgress?.(
    facts.locked ? `installing what the lockfile names, with ${manager}` : "resolving the dependencies",
  );
  const result = await managers.run(manager, argumentsOf(manager, facts, managers.downloads), {
    ...run,
    cwd: environmentFolder,
    env: settingsOf(manager, facts, { downloads: managers.downloads, registry }),
  });
  if (result.exitCode !== 0) throw failure(manager, result);
  if (facts.vendorFolder)
    await rm(join(environmentFolder, facts.vendorFolder), { recursive: true, force: true });
}

function argumentsOf(manager: PackageManager, facts: NodeFacts, downloads: string): string[] {
  const scripts = facts.installScripts ? [] : ["--ignore-scripts"];
  if (manager === "npm")
    return [
      ...[facts.locked ? "ci" : "install", ...scripts, "--omit=dev", "--no-audit", "--no-fund"],
      // A plugin that brings its packages asks no registry.
      facts.vendorFolder ? "--offline" : "--prefer-offline",
    ];
  if (manager === "pnpm")
    return [
      ...["install", "--prod", "--frozen-lockfile", "--prefer-offline", "--config.node-linker=hoisted"],
      // Copied: an environment must not change with another that shares the store's files.
      ...[
        "--config.package-import-method=clone-or-copy",
        `--store-dir=${join(downloads, "pnpm")}`,
        ...scripts,
      ],
    ];
  if (manager === "yarn-classic")
    return ["install", "--production", "--frozen-lockfile", "--non-interactive", ...scripts];
  return ["install", "--immutable"];
}

function settingsOf(
  manager: PackageManager,
  facts: NodeFacts,
  { downloads, registry }: { downloads: string; registry: string | undefined },
): Record<string, string> {
  if (manager === "yarn-classic") return { YARN_CACHE_FOLDER: join(downloads, "yarn-classic") };
  if (manager !== "yarn") return {};
  return {
    YARN_CACHE_FOLDER: join(downloads, "yarn"),
    YARN_ENABLE_GLOBAL_CACHE: "false",
    YARN_ENABLE_SCRIPTS: String(facts.installScripts),
    YARN_ENABLE_TELEMETRY: "0",
    YARN_NODE_LINKER: "node-modules",
    // Yarn does not read npm's settings.
    ...(registry && { YARN_NPM_REGISTRY_SERVER: registry }),
  };
}

async function linkSdk(modules: string, own: OwnSdk): Promise<void> {
  const place = join(modules, sdkPackage);
  await mkdir(dirname(place), { recursive: true });
  await rm(place, { recursive: true, force: true });
  await symlink(own.folder, place);
}

/** The SDK's command inside an environment: what starts the plugin. */
export function commandFile(environmentFolder: string): string {
  return join(environmentFolder, "node_modules", sdkPackage, "bin", "noxus-plugin.mjs");
}

async function assertSdk(modules: string): Promise<void> {
  try {
    await access(commandFile(dirname(modules)));
  } catch (cause) {
    throw new NoxusError(
      "sdk_release_unknown",
      `After installing there is no ${sdkPackage} with the command noxus-plugin. Let package.json ask for a release that has it.`,
      { cause },
    );
  }
}

function failure(manager: PackageManager, result: CommandResult): NoxusError {
  const words = npmWords(result, 2000) || "(nothing)";
  const data = { exitCode: result.exitCode };
  if (isUnresolvable(result))
    return new NoxusError(
      "dependencies_unresolvable",
      `The plugin's dependencies cannot be installed. ${manager} says: ${words}`,
      { data },
    );
  return new NoxusError(
    "environment_failed",
    `Installing the dependencies failed, ${manager} ${endOf(result)}: ${words}`,
    { data },
  );
}
