import { isNoxusError, type Manifest } from "@noxus/contracts";
import { withLocalPlugin } from "../author/local-plugin.ts";
import { type AuthorProject, readProject } from "../author/project.ts";
import type { CommandContext } from "../command-line/define.ts";
import { CommandFailed } from "../command-line/run.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { checkCompatibility } from "./check-compatibility.ts";
import { checkFiles } from "./check-files.ts";
import { checkManifest } from "./check-manifest.ts";
import { atStartOf, type Finding, finding } from "./finding.ts";
import { readPublished } from "./read-published.ts";
import { SourcePlaces } from "./source-places.ts";
import { startFinding } from "./start-finding.ts";

export interface ValidateOptions {
  /** A published version to compare with: its manifest.json, or its package. */
  against?: string;
  /** Warnings fail the command too. */
  strict?: boolean;
}

/** Checks a plugin: its files first, then what it says when it runs. Ends with 1 where an error was found. */
export async function validatePlugin(
  context: CommandContext,
  word: string | undefined,
  options: ValidateOptions,
): Promise<void> {
  const published =
    options.against === undefined ? undefined : await readPublished(context.cwd, options.against);
  const findings = (await findAll(context, word, published)).sort(byPlace);
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const isValid = errors === 0 && (!options.strict || findings.length === 0);
  context.terminal.print({ valid: isValid, findings }, () => linesOf(findings, context.terminal));
  if (!isValid) throw new CommandFailed(1);
}

async function findAll(
  context: CommandContext,
  word: string | undefined,
  published: Manifest | undefined,
): Promise<Finding[]> {
  let project: AuthorProject;
  try {
    project = await readProject(context.cwd, word);
  } catch (error) {
    return [projectFinding(error)];
  }
  const places = await SourcePlaces.read(project.folder, project.projectFile);
  const ofFiles = await checkFiles(project);
  const ofProcess = await checkRunning(context, project, async (manifest) => [
    ...(await checkManifest(project, manifest, places)),
    ...(published ? checkCompatibility(published, manifest, places) : []),
  ]);
  return [...ofFiles, ...ofProcess];
}

function projectFinding(error: unknown): Finding {
  if (!isNoxusError(error, "plugin_project_invalid")) throw error;
  const { line = 1, column = 1 } = (error.data ?? {}) as { line?: number; column?: number };
  const file = error.message.includes("pyproject.toml") ? "pyproject.toml" : "package.json";
  return finding("project-file", error.message, { ...atStartOf(file), line, column });
}

/** A failure of the plugin is a finding; one of this command or machine is thrown. */
async function checkRunning(
  context: CommandContext,
  project: AuthorProject,
  check: (manifest: Manifest) => Promise<Finding[]>,
): Promise<Finding[]> {
  try {
    return await check(await withLocalPlugin(context, project, {}, async ({ manifest }) => manifest));
  } catch (error) {
    context.signal.throwIfAborted();
    if (isNoxusError(error) && error.data?.stage !== undefined) return [startFinding(error, project)];
    throw error;
  }
}

function byPlace(a: Finding, b: Finding): number {
  return a.file.localeCompare(b.file) || a.line - b.line || a.column - b.column;
}

function linesOf(findings: readonly Finding[], { colors }: Terminal): string[] {
  const lines = findings.flatMap(({ file, line, column, severity, rule, message, fix, page }) => {
    const mark = severity === "error" ? colors.red("error") : colors.yellow("warning");
    return [`${file}:${line}:${column}  ${mark}  ${rule}  ${message}`, colors.dim(`  ${fix} (${page})`)];
  });
  const count = (severity: string) => findings.filter((one) => one.severity === severity).length;
  const summary =
    findings.length === 0 ? "No findings." : `Errors: ${count("error")}, warnings: ${count("warning")}.`;
  return [...lines, summary];
}
