import { access } from "node:fs/promises";
import { join } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { Turns } from "@noxus/service";
import type { Release } from "../releases/release.ts";
import { endpointFile } from "../remote-engine/endpoint.ts";
import { ByteCode } from "./byte-code.ts";
import { installDependencies } from "./dependencies.ts";
import type { Engine, Environment, PluginFacts, PrepareOptions, UvFacts } from "./engine.ts";
import { EnvironmentStore, type FinishedEnvironment, installedSdk } from "./environment-store.ts";
import { asImportFailure } from "./import-failure.ts";
import { inspectPlugin } from "./inspection.ts";
import { launchOf } from "./launch.ts";
import type { MachineVariables } from "./pip-config.ts";
import { PythonChoice } from "./python-choice.ts";
import { runSetupCommand } from "./setup-command.ts";
import { Uv, type UvRun } from "./uv.ts";
import { wordsOf } from "./uv-words.ts";

export interface UvEngineOptions {
  /** Holds one folder an environment; belongs to one server alone. */
  environmentsFolder: string;
  /** Holds uv, where it is not on PATH, and downloaded packages; may be shared by servers. */
  cacheFolder: string;
  /** The program's environment variables; of these only what `machine-settings.ts` lists is used. */
  machine: MachineVariables;
}

/** Runs Python plugins made with the published SDK, each in a virtual environment that uv makes. */
export function createUvEngine({ environmentsFolder, cacheFolder, machine }: UvEngineOptions): Engine {
  const uv = new Uv({ machine, cacheFolder });
  const python = new PythonChoice(uv);
  const store = new EnvironmentStore(environmentsFolder);
  // Plugins that share an environment make it once.
  const turns = new Turns();
  const byteCode = new ByteCode();
  const closing = new AbortController();
  return {
    name: "uv",
    accepts,
    inspect: (release, settings) => inspectPlugin(release, settings, { python, signal: closing.signal }),
    prepare: (release, facts, options) =>
      turns.take(facts.environmentKey, async () => {
        options.signal.throwIfAborted();
        const there = await store.read(facts.environmentKey);
        if (there) return { ...there, reused: true };
        return { ...(await build({ uv, store, machine, release, facts, options })), reused: false };
      }),
    async launch(spec) {
      const launch = await launchOf(spec, machine);
      byteCode.compileInBackground(spec.environment.folder);
      return launch;
    },
    explainStart: asImportFailure,
    verify: async ({ key }: Environment) => (await store.read(key)) !== undefined,
    sweep: () => store.sweep(),
    async removeUnused(keys) {
      const unused = (await store.keys()).filter((key) => !keys.has(key) && !turns.has(key));
      await Promise.all(unused.map((key) => store.remove(key)));
      return unused;
    },
    async close() {
      closing.abort();
      await byteCode.close();
    },
  };
}

/** A folder with a pyproject.toml, or one that is of no other engine: its error then says what is missing. */
async function accepts({ folder }: Release): Promise<boolean> {
  if (await isThere(join(folder, "pyproject.toml"))) return true;
  const others = await Promise.all(["package.json", endpointFile].map((name) => isThere(join(folder, name))));
  return !others.includes(true);
}

async function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

interface Build {
  uv: Uv;
  store: EnvironmentStore;
  machine: MachineVariables;
  release: Release;
  facts: PluginFacts;
  options: PrepareOptions;
}

async function build({ uv, store, machine, release, facts, options }: Build): Promise<FinishedEnvironment> {
  const known = uvFactsOf(facts);
  const { onProgress, signal } = options;
  const run: UvRun = { onProgress, signal };
  const key = facts.environmentKey;
  const built = await store.begin();
  try {
    await makeVirtualEnvironment(uv, built, known, run);
    const warnings = await installDependencies(
      uv,
      { environmentFolder: built, releaseFolder: release.folder, facts: known },
      run,
    );
    const sdk = await installedSdk(built);
    if (!sdk)
      throw new NoxusError("environment_failed", "uv reported success, but the SDK is not installed.");
    const environmentFolder = await store.place(key, built);
    const { setupCommand: command } = known;
    if (command) {
      // At its final place, for it may write the environment's path into files.
      await runSetupCommand({
        command,
        environmentFolder,
        releaseFolder: release.folder,
        machine,
        onProgress,
        signal,
      });
    }
    return await store.finish(key, { python: known.pythonVersion, ...sdk, warnings });
  } catch (error) {
    await store.discard(built);
    if (!(await store.read(key))) await store.remove(key);
    throw error;
  }
}

function uvFactsOf(facts: PluginFacts): UvFacts {
  if (!facts.uv) throw new Error("these facts are not of the uv engine");
  return facts.uv;
}

async function makeVirtualEnvironment(
  uv: Uv,
  folder: string,
  { pythonPath }: UvFacts,
  run: UvRun,
): Promise<void> {
  run.onProgress?.("making the virtual environment");
  // Relocatable: a data folder that is moved keeps its environments.
  const args = ["venv", "--no-project", "--no-config", "--relocatable", "--python", pythonPath, folder];
  const result = await uv.run(args, run);
  if (result.exitCode === 0) return;
  throw new NoxusError(
    "environment_failed",
    `uv could not make a virtual environment: ${wordsOf(result, 1000)}`,
  );
}
