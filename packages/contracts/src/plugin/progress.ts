import { z } from "zod";

/** How far a call is, in the plugin's own words: a fraction from 0 to 1, a message, or both. */
export const callProgressSchema = z.object({
  fraction: z.number().min(0).max(1).optional(),
  message: z
    .string()
    .transform((message) => message.slice(0, 500))
    .optional(),
});
export type CallProgress = z.infer<typeof callProgressSchema>;
