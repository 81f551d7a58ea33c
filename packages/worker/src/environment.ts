import { envFlag, envInteger, metricsVariables } from "@noxus/contracts";
import { z } from "zod";

/** Every environment variable of the worker; nothing else here reads the environment. */
export const workerEnvironmentSchema = z.object({
  DATABASE_URL: z
    .string()
    .min(1)
    .describe("PostgreSQL of the platform: `postgresql://user:password@host:port/database`."),
  NOXUS_ENCRYPTION_KEY: z
    .string()
    .min(1)
    .describe(
      "The platform's encryption keys, comma-separated `id:base64` (32 bytes each): credentials are read with them.",
    ),
  WORKER_CONCURRENCY: envInteger(32, 1, 1_000).describe("Runs executed at once by one worker."),
  WORKER_ITEM_CONCURRENCY: envInteger(8, 1, 256).describe("Items of one list that a node works on at once."),
  WORKER_LEASE_MS: envInteger(8_000, 500).describe(
    "Milliseconds after which the runs of a worker that is gone are taken up by another.",
  ),
  WORKER_DRAIN_MS: envInteger(500, 0).describe(
    "Milliseconds that runs may go on after the worker was asked to stop; then they are handed to another.",
  ),
  WORKER_DATABASE_CONNECTIONS: envInteger(10, 2, 200).describe("Connections to PostgreSQL of one worker."),
  WORKER_MAX_OUTPUT_BYTES: envInteger(256 * 1024 * 1024, 1_024).describe(
    "Largest answer of a plugin's node, in bytes.",
  ),
  WORKER_LARGE_VALUE_LENGTH: envInteger(256 * 1024, 1_024).describe(
    "Characters of JSON above which a node's input or output is kept apart from the run's journal, which then refers to it.",
  ),
  WORKER_LARGE_OUTPUT_LENGTH: envInteger(8 * 1024 * 1024, 1_024).describe(
    "The same for an output of the run itself: clients read those with the run.",
  ),
  NOXUS_HTTP_MAX_BYTES: envInteger(10 * 1024 * 1024, 1_024).describe(
    "Largest answer that the HTTP request node takes, in bytes.",
  ),
  NOXUS_HTTP_ALLOW_PRIVATE: envFlag(false).describe(
    "Allow the HTTP request node and run callbacks to reach private addresses (this machine, its own network).",
  ),
  NOXUS_EXPRESSION_TIMEOUT_MS: envInteger(2_000, 10).describe("Longest time of one JSONata expression."),
  WORKER_METRICS_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe(
      "Port for `/health` and `/metrics`, 0 for any free one; without it the worker listens nowhere.",
    ),
  WORKER_METRICS_HOST: z
    .string()
    .default("127.0.0.1")
    .describe("Address for WORKER_METRICS_PORT; loopback unless told otherwise."),
  ...metricsVariables,
  LOG_LEVEL: z
    .enum(["fatal", "error", "warn", "info", "debug", "trace", "silent"])
    .default("info")
    .describe("Least severe level of the JSON log lines on stderr."),
});
export type WorkerEnvironment = z.infer<typeof workerEnvironmentSchema>;
