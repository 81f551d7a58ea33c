/**
 * The platform: plugin records, node registry, credentials, files, workflows and runs behind one REST API. Desired state
 * lives in PostgreSQL; plugin servers and workers do the work.
 *
 *     const environment = parseEnvironment(platformEnvironmentSchema, process.env);
 *     await runPlatform(environment, signal);   // until the signal ends
 */
export { type PlatformEnvironment, platformEnvironmentSchema } from "./environment.ts";
export { type PlatformOptions, runPlatform } from "./program.ts";
