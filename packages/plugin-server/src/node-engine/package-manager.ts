import { access, constants, mkdir, mkdtemp, realpath, rename, rm } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { assertNotKilled, type CommandResult, endOf, runCommand } from "../engines/command.ts";
import type { MachineVariables } from "../engines/pip-config.ts";
import { packageManagerEnvironment } from "./npm-settings.ts";
import { npmWords } from "./npm-words.ts";
import type { PackageManager } from "./package-lock.ts";

/** A large dependency from a slow registry takes minutes; longer than this is a hang. */
const installTimeoutMs = 30 * 60_000;

/** Taken from the registry where a plugin's lockfile needs them: what reads the lockfiles that are written today. */
const fromRegistry = {
  pnpm: { package: "pnpm", version: "10.34.8", file: "bin/pnpm.cjs" },
  yarn: { package: "@yarnpkg/cli-dist", version: "4.18.1", file: "bin/yarn.js" },
  "yarn-classic": { package: "yarn", version: "1.22.22", file: "bin/yarn.js" },
} as const;

export interface ManagerRun {
  cwd: string;
  /** On top of the machine's settings. */
  env?: Record<string, string>;
  onProgress?: ((message: string) => void) | undefined;
  signal: AbortSignal;
}

/** The package managers, run by the same Node as plugins and with the machine's registry settings. */
export class PackageManagers {
  readonly #machine: MachineVariables;
  readonly #cacheFolder: string;

  constructor({ machine, cacheFolder }: { machine: MachineVariables; cacheFolder: string }) {
    this.#machine = machine;
    this.#cacheFolder = cacheFolder;
  }

  /** Downloaded packages, shared by all plugins. */
  get downloads(): string {
    return join(this.#cacheFolder, "node-packages");
  }

  /** @throws NoxusError package_manager_missing, environment_failed where somebody else ended it */
  async run(manager: PackageManager, args: string[], run: ManagerRun): Promise<CommandResult> {
    const [command = "", ...first] = await this.#command(manager, run);
    const env = packageManagerEnvironment(this.#machine);
    const result = await runCommand(command, [...first, ...args], {
      cwd: run.cwd,
      env: {
        ...env,
        npm_config_cache: join(this.downloads, "npm"),
        ...run.env,
        // Install scripts, where they are allowed, find the Node that will run the plugin.
        PATH: [dirname(process.execPath), env.PATH ?? ""].join(delimiter),
      },
      ...(run.onProgress && { onLine: run.onProgress }),
      timeoutMs: installTimeoutMs,
      signal: run.signal,
    });
    assertNotKilled(result, manager);
    return result;
  }

  /** The registry that npm's settings name, with a slash at its end; for managers that do not read them. */
  async registry(run: ManagerRun): Promise<string | undefined> {
    const { onProgress: _quiet, ...quiet } = run;
    const { exitCode, stdout } = await this.run("npm", ["config", "get", "registry"], quiet);
    return exitCode === 0 ? `${stdout.trim().replace(/\/$/, "")}/` : undefined;
  }

  async #command(manager: PackageManager, run: ManagerRun): Promise<string[]> {
    if (manager === "npm") return findNpm(this.#machine.PATH ?? "");
    return [process.execPath, await this.#fromRegistry(manager, run)];
  }

  /** The manager's main file, installed once into the cache: beside, then renamed. */
  async #fromRegistry(manager: Exclude<PackageManager, "npm">, run: ManagerRun): Promise<string> {
    const { package: name, version, file } = fromRegistry[manager];
    const folder = join(this.#cacheFolder, `${manager}-${version}`);
    const main = join(folder, "node_modules", name, file);
    if (await isThere(main)) return main;
    run.onProgress?.(`taking ${name} ${version} from the registry`);
    await mkdir(this.#cacheFolder, { recursive: true });
    const temporary = await mkdtemp(`${folder}.`);
    try {
      const args = ["install", "--prefix", temporary, "--ignore-scripts", "--no-audit", "--no-fund"];
      const { onProgress: _quiet, ...quiet } = run;
      const result = await this.run("npm", [...args, `${name}@${version}`], { ...quiet, cwd: temporary });
      if (result.exitCode !== 0) throw managerMissing(`${name} ${version}`, result);
      await rename(temporary, folder).catch((error: NodeJS.ErrnoException) => {
        // Another install was faster; its copy is as good.
        if (error.code !== "ENOTEMPTY" && error.code !== "EEXIST") throw error;
      });
      return main;
    } finally {
      await rm(temporary, { recursive: true, force: true });
    }
  }
}

function managerMissing(what: string, result: CommandResult): NoxusError {
  return new NoxusError(
    "package_manager_missing",
    `The plugin's lockfile needs ${what}, which could not be had from the registry: npm ${endOf(result)}: ${npmWords(result, 600)}`,
  );
}

/** npm's main file, to be run by our own Node whatever Node the machine has; a shim that is no JavaScript, as it is. */
async function findNpm(path: string): Promise<string[]> {
  for (const folder of path.split(delimiter).filter(Boolean)) {
    const file = join(folder, "npm");
    if (!(await isThere(file))) continue;
    const target = await realpath(file);
    return /\.[cm]?js$/.test(target) ? [process.execPath, target] : [target];
  }
  throw new NoxusError(
    "package_manager_missing",
    `npm is not on PATH (${path || "empty"}); the plugin has dependencies to install. Install npm (it comes with Node.js) where the plugin server runs.`,
  );
}

function isThere(file: string): Promise<boolean> {
  return access(file, constants.R_OK).then(
    () => true,
    () => false,
  );
}
