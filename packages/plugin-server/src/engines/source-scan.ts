import { fileURLToPath } from "node:url";
import { NoxusError } from "@noxus/contracts";
import { z } from "zod";
import { assertNotKilled, endOf, runCommand, tailOf } from "./command.ts";

const scanScript = fileURLToPath(new URL("./scan.py", import.meta.url));

/** A plugin of 5,000 files takes about 6 s; longer means that something is wrong with the files. */
const scanTimeoutMs = 30_000;

const classSchema = z.object({ name: z.string(), line: z.number() });

const candidateSchema = z.object({
  /** Relative to the plugin's folder; "." where the folder itself is the package. */
  path: z.string(),
  name: z.string(),
  /** Plugin classes that the package's own `__init__.py` defines: the only ones that the SDK sees. */
  classes: z.array(classSchema),
  /** Plugin classes in other files. */
  elsewhere: z.array(classSchema.extend({ file: z.string() })),
  imports: z.array(
    z.object({
      module: z.string(),
      name: z.string().nullable(),
      optional: z.boolean(),
      file: z.string(),
      line: z.number(),
    }),
  ),
  attributes: z.array(
    z.object({
      base: z.string(),
      name: z.string(),
      value: z.union([z.string(), z.number(), z.boolean()]).nullable(),
      file: z.string(),
      line: z.number(),
    }),
  ),
  syntaxErrors: z.array(
    z.object({
      file: z.string(),
      line: z.number(),
      column: z.number(),
      message: z.string(),
      text: z.string(),
      reachable: z.boolean(),
    }),
  ),
  files: z.number(),
});

const scanSchema = z.object({
  candidates: z.array(candidateSchema),
  builtinModules: z.array(z.string()),
  /** Version of the Python that read the files. */
  python: z.string(),
});

/** One folder that may be the plugin's package, as its source says. */
export type Candidate = z.infer<typeof candidateSchema>;
export type SourceScan = z.infer<typeof scanSchema>;

/** Reads a plugin's Python files with the Python that will run them; no line of the plugin runs. */
export async function scanSource({
  folder,
  rootName,
  python,
  signal,
}: {
  folder: string;
  /** The package's name where the folder itself is the package. */
  rootName: string;
  python: string;
  signal: AbortSignal;
}): Promise<SourceScan> {
  const result = await runCommand(python, ["-I", "-S", "-X", "utf8", scanScript, folder, rootName], {
    env: { PYTHONDONTWRITEBYTECODE: "1" },
    timeoutMs: scanTimeoutMs,
    signal,
  });
  assertNotKilled(result, "The Python that reads the plugin's files");
  if (result.exitCode === 0) return scanSchema.parse(JSON.parse(result.stdout));
  throw new NoxusError(
    "plugin_project_invalid",
    `The plugin's source files could not be read; reading them ${endOf(result)}: ${tailOf(result.stderr, 1000)}`,
  );
}
