import { mkdir, readFile, realpath, symlink } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Launch, LaunchSpec } from "./engine.ts";
import { pythonOf } from "./environment-store.ts";
import { workerMissing } from "./inspection.ts";
import { pluginEnvironment } from "./machine-settings.ts";
import type { MachineVariables } from "./pip-config.ts";

const starters = {
  http: fileURLToPath(new URL("./starters/http.py", import.meta.url)),
  stdio: fileURLToPath(new URL("./starters/stdio.py", import.meta.url)),
} as const;

/** How to start a plugin's process in its environment. Makes the view folder, where one is needed; spawns nothing. */
export async function launchOf(spec: LaunchSpec, machine: MachineVariables): Promise<Launch> {
  const transport = transportOf(spec);
  const folder = await shownFolder(spec);
  const { command, args } = commandOf(spec, transport, folder);
  return {
    command,
    args,
    env: environmentOf(spec, machine),
    cwd: spec.scratchFolder,
    transport,
    keepAlive: transport === "http" && spec.settings.start === "starter",
    readable: await readableFolders(spec),
  };
}

/** Code, packages, our starters, and the Python that the environment was made from, which it only links to. */
async function readableFolders({ release, environment }: LaunchSpec): Promise<string[]> {
  const [python, config] = await Promise.all([
    realpath(pythonOf(environment.folder)),
    readFile(join(environment.folder, "pyvenv.cfg"), "utf8"),
  ]);
  const home = /^home *= *(.+)$/m.exec(config)?.[1];
  const pythons = [dirname(python), ...(home ? [home] : [])].map(dirname);
  return [...new Set([release.folder, environment.folder, dirname(starters.http), ...pythons])];
}

/** The environment decides: an older SDK than expected may have been installed for the sake of other dependencies. */
function transportOf({ settings, environment, facts }: LaunchSpec): "http" | "stdio" {
  const worker = environment.worker ?? facts.transport === "stdio";
  if (settings.transport === "stdio" && !worker) throw workerMissing(environment.sdkRelease);
  if (settings.transport !== "auto") return settings.transport;
  return worker ? "stdio" : "http";
}

/**
 * What is given to the SDK as the plugin's folder. The SDK takes the first package that the file system names: where
 * there are several, it is shown a folder with a link to the right one alone.
 */
async function shownFolder({ release, facts, scratchFolder }: LaunchSpec): Promise<string> {
  const { uv } = facts;
  if (!uv?.needsView) return release.folder;
  const view = join(scratchFolder, "plugin");
  await mkdir(view, { recursive: true });
  await symlink(join(release.folder, uv.packagePath), join(view, facts.packageName));
  return view;
}

function commandOf({ settings, environment }: LaunchSpec, transport: "http" | "stdio", folder: string) {
  if (settings.start === "starter") {
    return { command: pythonOf(environment.folder), args: [starters[transport], folder] };
  }
  const words =
    transport === "http"
      ? ["serve", "--path", folder, "--host", "127.0.0.1", "--port", "0"]
      : ["worker", "--path", folder];
  return { command: join(environment.folder, "bin", "noxus"), args: ["plugin", ...words] };
}

function environmentOf(
  { release, environment, scratchFolder, bridgeUrl, marker }: LaunchSpec,
  machine: MachineVariables,
): Record<string, string> {
  const shared = pluginEnvironment(machine);
  return {
    LANG: "C.UTF-8",
    ...shared,
    PATH: [join(environment.folder, "bin"), shared.PATH ?? "/usr/local/bin:/usr/bin:/bin"].join(delimiter),
    VIRTUAL_ENV: environment.folder,
    // The SDK has the plugin's folder on its path only while it imports it; a node may import from there later.
    PYTHONPATH: release.folder,
    PYTHONUNBUFFERED: "1",
    HOME: scratchFolder,
    TMPDIR: scratchFolder,
    NO_COLOR: "1",
    // Tracebacks that can be read in a log, instead of boxes.
    _TYPER_STANDARD_TRACEBACK: "1",
    // Without this, SDK releases up to 0.5.6 print every variable in a traceback, credentials too.
    LOGURU_DIAGNOSE: "NO",
    // Importing the SDK imports GitPython, which fails where there is no git.
    GIT_PYTHON_REFRESH: "quiet",
    NOXUS_INSTANCE: marker,
    ...(bridgeUrl && { PLUGIN_SERVER_URL: bridgeUrl }),
  };
}
