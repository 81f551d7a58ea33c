import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Launch, LaunchSpec } from "../engines/engine.ts";
import { chosenVariables, machineVariableNames } from "../engines/machine-settings.ts";
import type { MachineVariables } from "../engines/pip-config.ts";
import { commandFile } from "./dependencies.ts";
import type { OwnSdk } from "./sdk-supply.ts";

const starter = new URL("./starters/dependencies.mjs", import.meta.url);

/** How to start a plugin's process with the Node that runs this server; spawns nothing. */
export function nodeLaunchOf(
  spec: LaunchSpec,
  { machine, own }: { machine: MachineVariables; own: OwnSdk },
): Launch {
  const { release, environment, facts, scratchFolder, settings } = spec;
  const transport = settings.transport === "auto" ? facts.transport : settings.transport;
  const words =
    transport === "http"
      ? ["serve", "--path", release.folder, "--host", "127.0.0.1", "--port", "0"]
      : ["worker", "--path", release.folder];
  return {
    command: process.execPath,
    args: ["--import", starterFor(spec), commandFile(environment.folder), ...words],
    env: environmentOf(spec, machine),
    cwd: scratchFolder,
    transport,
    keepAlive: true,
    readable: [
      release.folder,
      environment.folder,
      ...(facts.node?.ownSdk ? [own.folder] : []),
      fileURLToPath(new URL(".", starter)),
      fileURLToPath(new URL(".", pathToFileURL(process.execPath))),
    ],
  };
}

/** The starter with what it needs in its address, which threads that a plugin starts inherit. */
function starterFor({ release, environment }: LaunchSpec): string {
  const url = new URL(starter);
  url.searchParams.set("release", pathToFileURL(`${release.folder}/`).href);
  url.searchParams.set("environment", pathToFileURL(join(environment.folder, "package.json")).href);
  return url.href;
}

function environmentOf(
  { environment, scratchFolder, pluginId, bridgeUrl, marker }: LaunchSpec,
  machine: MachineVariables,
): Record<string, string> {
  const shared = chosenVariables(machine, machineVariableNames.nodePlugin);
  const modules = join(environment.folder, "node_modules");
  const path = [join(modules, ".bin"), fileURLToPath(new URL(".", pathToFileURL(process.execPath)))];
  return {
    LANG: "C.UTF-8",
    ...shared,
    PATH: [...path, shared.PATH ?? "/usr/local/bin:/usr/bin:/bin"].join(delimiter),
    // For require(), see the starter.
    NODE_PATH: modules,
    // A plugin's own: code that one left there must never run in another that shares the environment.
    NODE_COMPILE_CACHE: join(environment.folder, ".compile-cache", pluginId),
    // Node's fetch does not look at the proxy settings unless told so.
    NODE_USE_ENV_PROXY: "1",
    HOME: scratchFolder,
    TMPDIR: scratchFolder,
    NO_COLOR: "1",
    NOXUS_INSTANCE: marker,
    ...(bridgeUrl && { PLUGIN_SERVER_URL: bridgeUrl }),
  };
}
