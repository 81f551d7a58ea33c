import { z } from "zod";

/**
 * Stands in a run's journal, and in its output, for a value that is too large to stand there itself. The value is
 * `GET /v1/runs/{id}/values/{sha256}`; nodes that take it get it whole.
 */
export const largeValueSchema = z.strictObject({
  /** Hex sha256 of the value's JSON text: its name within the run. */
  $large_value: z.string().regex(/^[0-9a-f]{64}$/),
  /** Bytes of the JSON text. */
  size: z.number().int(),
  /** The beginning of the JSON text. */
  preview: z.string(),
});
export type LargeValue = z.infer<typeof largeValueSchema>;
