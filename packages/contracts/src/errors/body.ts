import { z } from "zod";
import type { NoxusError } from "./noxus-error.ts";

/** The body of every error answer. The published clients read `detail`. */
export const errorBodySchema = z.looseObject({
  error: z.string(),
  detail: z.string(),
  fields: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  data: z.record(z.string(), z.unknown()).optional(),
  requestId: z.string().optional(),
});
export type ErrorBody = z.infer<typeof errorBodySchema>;

export function toErrorBody(error: NoxusError, requestId?: string): ErrorBody {
  return {
    error: error.code,
    detail: error.message,
    ...(error.fields && { fields: error.fields }),
    ...(error.data && { data: error.data }),
    ...(requestId && { requestId }),
  };
}
