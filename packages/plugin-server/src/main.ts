import { parseEnvironment } from "@noxus/contracts";
import { runAsProgram } from "@noxus/service";
import { pluginServerEnvironmentSchema } from "./environment.ts";
import { runPluginServer } from "./program.ts";

/** The plugin server as a process: reads its environment, runs until a signal, exits. */
await runAsProgram(async (signal) => {
  const environment = parseEnvironment(pluginServerEnvironmentSchema, process.env);
  await runPluginServer(environment, { machine: process.env, signal });
});
