import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { parse, TomlError } from "smol-toml";
import { z } from "zod";

const projectSchema = z.looseObject({
  project: z
    .looseObject({
      name: z.string().optional(),
      version: z.string().optional(),
      "requires-python": z.string().optional(),
      dependencies: z.array(z.string()).default([]),
    })
    .optional(),
  tool: z.looseObject({ uv: z.unknown().optional() }).optional(),
});

/** What pyproject.toml says of a plugin. */
export interface Project {
  name: string | undefined;
  version: string | undefined;
  requiresPython: string | undefined;
  /** `project.dependencies`, as they are written. */
  dependencies: string[];
  /** Whether there is a `[project]` table at all; without one, nothing is installed but the SDK. */
  declared: boolean;
  /** `[tool.uv]`: sources, indexes, overrides … which uv reads itself. */
  uvSettings: unknown;
}

/**
 * Reads pyproject.toml.
 * @throws NoxusError plugin_project_missing, plugin_project_invalid (with the line, where it is no TOML)
 */
export async function readProject(folder: string): Promise<Project> {
  const parsed = projectSchema.safeParse(parseToml(await readProjectFile(folder)));
  if (!parsed.success) throw invalidProject(parsed.error);
  const project = parsed.data.project;
  return {
    name: project?.name,
    version: project?.version,
    requiresPython: project?.["requires-python"],
    dependencies: project?.dependencies ?? [],
    declared: project !== undefined,
    uvSettings: parsed.data.tool?.uv,
  };
}

async function readProjectFile(folder: string): Promise<string> {
  try {
    return await readFile(join(folder, "pyproject.toml"), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new NoxusError(
      "plugin_project_missing",
      "There is no pyproject.toml and no package.json in the plugin's folder. If the plugin lies in a subfolder, give its path.",
      { cause: error },
    );
  }
}

function parseToml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [reason] = error.message.split("\n");
    throw new NoxusError(
      "plugin_project_invalid",
      `pyproject.toml is not valid TOML, at line ${error.line}, column ${error.column}: ${reason}`,
      { data: { file: "pyproject.toml", line: error.line, column: error.column }, cause: error },
    );
  }
}

function invalidProject(error: z.ZodError): NoxusError {
  const fields = error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message }));
  const list = fields.map(({ path, message }) => `${path}: ${message}`).join("; ");
  return new NoxusError("plugin_project_invalid", `pyproject.toml is not of the expected form: ${list}`, {
    fields,
    cause: error,
  });
}
