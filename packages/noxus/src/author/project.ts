import { readFile, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { parse } from "smol-toml";
import { z } from "zod";

export type Language = "python" | "typescript";

/** A plugin's folder as its author has it, as far as it can be read without running anything. */
export interface AuthorProject {
  folder: string;
  language: Language;
  /** `pyproject.toml` or `package.json`. */
  projectFile: string;
  name: string;
  version: string;
  description?: string | undefined;
  /** What the project file says is needed, as it is written there. */
  dependencies: string[];
  /** `scripts` of package.json. */
  scripts: Record<string, string>;
}

const text = z.string().min(1);
const pythonProjectSchema = z.object({
  project: z.object({
    name: text,
    version: text,
    description: text.optional(),
    dependencies: z.array(z.string()).default([]),
  }),
});
const nodeProjectSchema = z.object({
  name: text,
  version: text,
  description: text.optional(),
  dependencies: z.record(z.string(), z.string()).default({}),
  scripts: z.record(z.string(), z.string()).default({}),
});

/**
 * Reads a plugin's folder. Where both files are there it is a Python plugin, as for the plugin server.
 *
 * @throws NoxusError `plugin_project_missing`, `plugin_project_invalid`
 */
export async function readProject(cwd: string, word = "."): Promise<AuthorProject> {
  const folder = resolve(cwd, word);
  const python = await contentOf(join(folder, "pyproject.toml"));
  if (python !== undefined) return readPythonProject(folder, python);
  const node = await contentOf(join(folder, "package.json"));
  if (node !== undefined) return readNodeProject(folder, node);
  throw new NoxusError("plugin_project_missing", await missingMessage(folder));
}

async function missingMessage(folder: string): Promise<string> {
  const isThere = await stat(folder).then(
    (state) => state.isDirectory(),
    () => false,
  );
  if (!isThere) return `There is no folder ${folder}. Name the plugin's folder.`;
  return `Expected a plugin, and ${folder} has neither pyproject.toml nor package.json. Name the plugin's folder, or make one with \`noxus plugin create\`.`;
}

function readPythonProject(folder: string, content: string): AuthorProject {
  const projectFile = "pyproject.toml";
  const { project } = parseProject(folder, projectFile, pythonProjectSchema, () => parse(content));
  return { folder, language: "python", projectFile, scripts: {}, ...project };
}

function readNodeProject(folder: string, content: string): AuthorProject {
  const projectFile = "package.json";
  const found = parseProject(folder, projectFile, nodeProjectSchema, () => JSON.parse(content));
  const dependencies = Object.keys(found.dependencies);
  const name = found.name.replace(/^@[^/]+\//, "");
  return { folder, language: "typescript", projectFile, ...found, name, dependencies };
}

function parseProject<T>(folder: string, file: string, schema: z.ZodType<T>, read: () => unknown): T {
  const path = join(folder, file);
  let value: unknown;
  try {
    value = read();
  } catch (cause) {
    throw new NoxusError(
      "plugin_project_invalid",
      `${path} cannot be read: ${(cause as Error).message.split("\n")[0]}`,
      { cause, data: positionOf(cause) },
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  throw new NoxusError(
    "plugin_project_invalid",
    `${basename(folder)}/${file} lacks what a plugin needs: ${fields.map(({ path, message }) => `${path} (${message})`).join(", ")}.`,
    { cause: parsed.error, fields },
  );
}

/** The TOML parser says where; Node's JSON parser mostly does. */
function positionOf(cause: unknown): Record<string, unknown> {
  const { line, column, message } = cause as { line?: number; column?: number; message: string };
  if (line !== undefined) return { line, column };
  const found = /line (\d+) column (\d+)/.exec(message);
  return found ? { line: Number(found[1]), column: Number(found[2]) } : {};
}

async function contentOf(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
}
