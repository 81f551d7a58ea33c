import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { z } from "zod";

const dependenciesSchema = z.record(z.string(), z.string()).default({});

const packageSchema = z.looseObject({
  name: z.string().optional(),
  version: z.string().optional(),
  main: z.string().optional(),
  noxus: z.looseObject({ plugin: z.string().optional(), setupCommand: z.string().optional() }).optional(),
  engines: z.looseObject({ node: z.string().optional() }).optional(),
  dependencies: dependenciesSchema,
  optionalDependencies: dependenciesSchema,
  peerDependencies: dependenciesSchema,
  devDependencies: dependenciesSchema,
});

/** What package.json says of a plugin; members that are not read here are kept. */
export type PackageFile = z.infer<typeof packageSchema>;

/** The four kinds of dependencies, as package.json names them. */
export const dependencyKinds = [
  "dependencies",
  "optionalDependencies",
  "peerDependencies",
  "devDependencies",
] as const;

/**
 * Reads package.json.
 * @throws NoxusError plugin_project_missing, plugin_project_invalid (with the position, where it is no JSON)
 */
export async function readPackageFile(folder: string): Promise<PackageFile> {
  const parsed = packageSchema.safeParse(parseJson(await readText(folder)));
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  const list = fields.map(({ path, message }) => `${path}: ${message}`).join("; ");
  throw new NoxusError("plugin_project_invalid", `package.json is not of the expected form: ${list}`, {
    fields,
    cause: parsed.error,
  });
}

async function readText(folder: string): Promise<string> {
  try {
    return await readFile(join(folder, "package.json"), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new NoxusError(
      "plugin_project_missing",
      "There is no package.json in the plugin's folder. If the plugin lies in a subfolder, give its path.",
      { cause: error },
    );
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as SyntaxError;
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
    const before = text.slice(0, position).split("\n");
    const [line, column] = [before.length, (before.at(-1)?.length ?? 0) + 1];
    throw new NoxusError(
      "plugin_project_invalid",
      `package.json is not valid JSON, at line ${line}, column ${column}: ${message.replace(/ \(line.*| in JSON at position.*/, "")}`,
      { data: { file: "package.json", line, column }, cause: error },
    );
  }
}
