import { isNoxusError, parseEnvironment } from "@noxus/contracts";
import { runUntilSignal } from "@noxus/service";
import { workerEnvironmentSchema } from "./environment.ts";
import { runWorker } from "./program.ts";

/** The worker as a process: reads its environment, executes runs until a signal, exits. */
try {
  const environment = parseEnvironment(workerEnvironmentSchema, process.env);
  const onReady = () => process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
  await runUntilSignal((signal) => runWorker(environment, signal, { onReady }));
  process.exit(0);
} catch (error) {
  // What the user can set right is told without a stack.
  console.error(isNoxusError(error) ? `error: ${error.message}` : error);
  process.exit(1);
}
