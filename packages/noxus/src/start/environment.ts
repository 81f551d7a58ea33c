import { envInteger } from "@noxus/contracts";
import { z } from "zod";

/** What `noxus start` itself reads; it passes the rest of its environment on to the programs it starts. */
export const startEnvironmentSchema = z.object({
  NOXUS_DATA_FOLDER: z
    .string()
    .default(".noxus")
    .describe("Folder for everything that is kept: database, secrets, plugins, files, logs."),
  NOXUS_HOST: z
    .string()
    .default("127.0.0.1")
    .describe("Address that the platform listens on; `--host` goes before it."),
  NOXUS_PORT: envInteger(8400, 0, 65_535).describe(
    "Port of the platform, 0 for any free one; `--port` goes before it.",
  ),
  DATABASE_URL: z
    .string()
    .optional()
    .describe("A PostgreSQL of yours (15 or newer). Without it one is run in the data folder."),
});
