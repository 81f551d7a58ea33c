/**
 * Executes workflow runs: takes them from the queue under a lease, walks their graphs, journals every node run.
 *
 *     const environment = parseEnvironment(workerEnvironmentSchema, process.env);
 *     await runWorker(environment, signal, { onReady: () => console.log("ready") });
 */
export { type WorkerEnvironment, workerEnvironmentSchema } from "./environment.ts";
export { type RunWorkerProgramOptions, runWorker } from "./program.ts";
