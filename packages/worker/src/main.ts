import { parseEnvironment } from "@noxus/contracts";
import { runAsProgram } from "@noxus/service";
import { workerEnvironmentSchema } from "./environment.ts";
import { runWorker } from "./program.ts";

/** The worker as a process: reads its environment, executes runs until a signal, exits. */
await runAsProgram(async (signal) => {
  const environment = parseEnvironment(workerEnvironmentSchema, process.env);
  const onReady = () => process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
  await runWorker(environment, signal, { onReady });
});
