import { parseEnvironment } from "@noxus/contracts";
import { runAsProgram } from "@noxus/service";
import { platformEnvironmentSchema } from "./environment.ts";
import { runPlatform } from "./program.ts";

/** The platform as a process: reads its environment, runs until a signal, exits. */
await runAsProgram(async (signal) =>
  runPlatform(parseEnvironment(platformEnvironmentSchema, process.env), signal),
);
