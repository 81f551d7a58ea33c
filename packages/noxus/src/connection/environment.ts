import { z } from "zod";

/** What the command reads from its environment when it talks to a platform. */
export const connectionEnvironmentSchema = z.object({
  NOXUS_BACKEND_URL: z
    .url({ protocol: /^https?$/, error: "expected an http:// or https:// address" })
    .optional()
    .describe(
      "Address of the platform. Without it the command looks for a data folder here and in the folders above.",
    ),
  NOXUS_API_KEY: z
    .string()
    .optional()
    .describe(
      "API key for the platform. Without it the data folder's admin key is used, where there is one.",
    ),
  NOXUS_DATA_FOLDER: z
    .string()
    .optional()
    .describe("The data folder of `noxus start`; `.noxus` in the current folder where absent."),
});
