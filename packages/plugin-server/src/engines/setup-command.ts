import { delimiter, join } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { assertNotKilled, endOf, runCommand, tailOf } from "./command.ts";
import { pluginEnvironment } from "./machine-settings.ts";
import type { MachineVariables } from "./pip-config.ts";

/** It may download tools; what takes longer waits for something that does not come. */
const setupTimeoutMs = 15 * 60_000;

/**
 * Runs a plugin's `setup_command` once, after its dependencies: in a shell, in the plugin's folder, with the plugin's
 * environment first on PATH and no more of the machine's settings than the plugin itself sees.
 * @throws NoxusError setup_command_failed, environment_failed
 */
export async function runSetupCommand({
  command,
  environmentFolder,
  releaseFolder,
  commandsFolder = join(environmentFolder, "bin"),
  machine,
  onProgress,
  signal,
}: {
  command: string;
  environmentFolder: string;
  releaseFolder: string;
  /** First on PATH. */
  commandsFolder?: string;
  machine: MachineVariables;
  onProgress?: ((message: string) => void) | undefined;
  signal: AbortSignal;
}): Promise<void> {
  onProgress?.("running the plugin's setup command");
  const shared = pluginEnvironment(machine);
  const result = await runCommand("/bin/sh", ["-c", command], {
    cwd: releaseFolder,
    env: {
      ...shared,
      PATH: [commandsFolder, shared.PATH ?? ""].join(delimiter),
      VIRTUAL_ENV: environmentFolder,
      HOME: environmentFolder,
    },
    ...(onProgress && { onLine: onProgress }),
    timeoutMs: setupTimeoutMs,
    signal,
  });
  assertNotKilled(result, "The plugin's setup command");
  if (result.exitCode === 0) return;
  const output = tailOf(`${result.stdout}\n${result.stderr}`, 2000);
  throw new NoxusError(
    "setup_command_failed",
    `The plugin's setup command ${endOf(result)}. It must end with 0, also when it is run again. Its last output: ${output || "(none)"}`,
    { data: { exitCode: result.exitCode, output } },
  );
}
