import { z } from "zod";

/** What `noxus start` itself reads; it passes the rest of its environment on to the programs it starts. */
export const startEnvironmentSchema = z.object({
  NOXUS_DATA_FOLDER: z
    .string()
    .default(".noxus")
    .describe("Folder for everything that is kept: database, secrets, plugins, files, logs."),
  DATABASE_URL: z
    .string()
    .optional()
    .describe("A PostgreSQL of yours (15 or newer). Without it one is run in the data folder."),
});
