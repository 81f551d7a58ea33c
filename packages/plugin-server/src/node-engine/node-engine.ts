import { access, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Turns } from "@noxus/service";
import type { Engine, Environment, PluginFacts, PrepareOptions } from "../engines/engine.ts";
import { EnvironmentStore, type FinishedEnvironment } from "../engines/environment-store.ts";
import type { MachineVariables } from "../engines/pip-config.ts";
import { runSetupCommand } from "../engines/setup-command.ts";
import type { Release } from "../releases/release.ts";
import { commandFile, installNodeModules } from "./dependencies.ts";
import { inspectNodePlugin } from "./inspection.ts";
import { nodeLaunchOf } from "./launch.ts";
import { PackageManagers } from "./package-manager.ts";
import { type OwnSdk, ownSdk } from "./sdk-supply.ts";
import { asStartFailure } from "./start-failure.ts";

export interface NodeEngineOptions {
  /** Holds one folder an environment; belongs to one server and engine alone. */
  environmentsFolder: string;
  /** Holds downloaded packages and package managers; may be shared by servers. */
  cacheFolder: string;
  /** The program's environment variables; of these only what `npm-settings.ts` lists is used. */
  machine: MachineVariables;
}

/** Runs plugins made with `@noxus/sdk`, each with a node_modules of its own, on the Node that runs this server. */
export function createNodeEngine({ environmentsFolder, cacheFolder, machine }: NodeEngineOptions): Engine {
  const managers = new PackageManagers({ machine, cacheFolder });
  const store = new EnvironmentStore(environmentsFolder, { entryOf: commandFile, installedIn });
  const own = ownSdk();
  // Plugins that share an environment make it once.
  const turns = new Turns();
  return {
    name: "node",
    accepts: ({ folder }) => isThere(join(folder, "package.json")),
    inspect: (release, settings) => inspectNodePlugin(release, settings, own),
    prepare: (release, facts, options) =>
      turns.take(facts.environmentKey, async () => {
        options.signal.throwIfAborted();
        const there = await store.read(facts.environmentKey);
        if (there) return { ...there, reused: true };
        const built = await build({ managers, store, machine, own, release, facts, options });
        return { ...built, reused: false };
      }),
    launch: async (spec) => nodeLaunchOf(spec, { machine, own }),
    explainStart: asStartFailure,
    verify: async ({ key }: Environment) => (await store.read(key)) !== undefined,
    sweep: () => store.sweep(),
    async removeUnused(keys) {
      const unused = (await store.keys()).filter((key) => !keys.has(key) && !turns.has(key));
      await Promise.all(unused.map((key) => store.remove(key)));
      return unused;
    },
    close: async () => {},
  };
}

interface Build {
  managers: PackageManagers;
  store: EnvironmentStore;
  machine: MachineVariables;
  own: OwnSdk;
  release: Release;
  facts: PluginFacts;
  options: PrepareOptions;
}

async function build({
  managers,
  store,
  machine,
  own,
  release,
  facts,
  options,
}: Build): Promise<FinishedEnvironment> {
  const { onProgress, signal } = options;
  const { node } = facts;
  if (!node) throw new Error("these facts are not of the node engine");
  const key = facts.environmentKey;
  const built = await store.begin();
  try {
    await mkdir(built, { recursive: true });
    const warnings = await installNodeModules(
      managers,
      { environmentFolder: built, releaseFolder: release.folder, facts: node, ownSdk: own },
      { onProgress, signal },
    );
    const environmentFolder = await store.place(key, built);
    if (node.setupCommand) {
      await runSetupCommand({
        command: node.setupCommand,
        environmentFolder,
        releaseFolder: release.folder,
        commandsFolder: join(environmentFolder, "node_modules", ".bin"),
        machine,
        onProgress,
        signal,
      });
    }
    const sdkRelease = facts.sdk.release;
    return await store.finish(key, { node: process.versions.node, sdkRelease, worker: true, warnings });
  } catch (error) {
    await store.discard(built);
    if (!(await store.read(key))) await store.remove(key);
    throw error;
  }
}

/** Names of the installed packages, a scope's own packages by their full names. */
async function installedIn(environmentFolder: string): Promise<string[]> {
  const modules = join(environmentFolder, "node_modules");
  const names = (await readdir(modules)).filter((name) => !name.startsWith("."));
  const nested = await Promise.all(
    names.map(async (name) => {
      if (!name.startsWith("@")) return [name];
      return (await readdir(join(modules, name))).map((inner) => `${name}/${inner}`);
    }),
  );
  return nested.flat().sort();
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
