import { isNoxusError, parseEnvironment } from "@noxus/contracts";
import { runUntilSignal } from "@noxus/service";
import { platformEnvironmentSchema } from "./environment.ts";
import { runPlatform } from "./program.ts";

/** The platform as a process: reads its environment, runs until a signal, exits. */
try {
  const environment = parseEnvironment(platformEnvironmentSchema, process.env);
  await runUntilSignal((signal) => runPlatform(environment, signal));
  process.exit(0);
} catch (error) {
  // What the user can set right is told without a stack.
  console.error(isNoxusError(error) ? `error: ${error.message}` : error);
  process.exit(1);
}
