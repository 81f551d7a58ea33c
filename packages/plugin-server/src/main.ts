import { isNoxusError, parseEnvironment } from "@noxus/contracts";
import { runUntilSignal } from "@noxus/service";
import { pluginServerEnvironmentSchema } from "./environment.ts";
import { runPluginServer } from "./program.ts";

/** The plugin server as a process: reads its environment, runs until a signal, exits. */
try {
  const environment = parseEnvironment(pluginServerEnvironmentSchema, process.env);
  await runUntilSignal((signal) => runPluginServer(environment, { machine: process.env, signal }));
  process.exit(0);
} catch (error) {
  // What the user can set right is told without a stack.
  console.error(isNoxusError(error) ? `error: ${error.message}` : error);
  process.exit(1);
}
