import { z } from "zod";
import { envFlag } from "./environment.ts";

/** Variables of every program that answers `/metrics`; spread into its schema. */
export const metricsVariables = {
  NOXUS_METRICS_KEY: z
    .string()
    .min(16)
    .optional()
    .describe(
      "Key that opens `/metrics` and nothing else, 16 characters or more, sent as X-API-Key or `Authorization: Bearer`: for a collector that is to have no other right.",
    ),
  NOXUS_METRICS_OPEN: envFlag(false).describe(
    "Let `/metrics` be read without a key, where the network already keeps strangers out.",
  ),
};
