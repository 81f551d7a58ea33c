import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Manifest, manifestSchema, NoxusError } from "@noxus/contracts";
import { withLocalPlugin } from "../author/local-plugin.ts";
import { type AuthorProject, readProject } from "../author/project.ts";
import type { CommandContext } from "../command-line/define.ts";
import { checkCompatibility } from "../validate/check-compatibility.ts";
import { SourcePlaces } from "../validate/source-places.ts";
import { stage } from "./package-plugin.ts";

export interface PublishOptions {
  /** The marketplace: a Git repository that you may push to. */
  to?: string;
  /** The marketplace's branch; main by default. */
  base?: string;
  /** Push to this new branch instead, for a pull request. */
  branch?: string;
}

/** What was pushed. */
export interface Published {
  name: string;
  version: string;
  /** From the marketplace's root. */
  folder: string;
  branch: string;
  commit: string;
}

/**
 * Puts a plugin into a marketplace, one folder a plugin: a commit on its branch, or on a new one for a pull request. What would
 * break workflows without saying so by its version, and a change of a published version, are refused.
 */
export async function publishPlugin(
  context: CommandContext,
  word: string | undefined,
  options: PublishOptions,
): Promise<void> {
  if (!options.to)
    throw new NoxusError(
      "invalid_request",
      "Say where to: --to and the address of the marketplace's Git repository.",
    );
  const project = await readProject(context.cwd, word);
  const manifest = await withLocalPlugin(context, project, {}, async (plugin) => plugin.manifest);
  const temporary = await mkdtemp(join(tmpdir(), "noxus-publish-"));
  try {
    const clone = join(temporary, "marketplace");
    const { base = "main", branch = base } = options;
    await runGit(context, context.cwd, [
      "clone",
      "--quiet",
      "--depth",
      "1",
      "--branch",
      base,
      options.to,
      clone,
    ]);
    const folder = await replaceFolder(clone, project, manifest);
    const commit = await commitAndPush(context, clone, {
      title: `${manifest.name} ${manifest.version}`,
      branch,
    });
    tell(
      context,
      { name: manifest.name, version: manifest.version, folder, branch, commit },
      { base, to: options.to },
    );
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Where the plugin is already, else beside the others. */
async function replaceFolder(clone: string, project: AuthorProject, manifest: Manifest): Promise<string> {
  const usual = existsSync(join(clone, "plugins")) ? `plugins/${manifest.name}` : manifest.name;
  const folder = [usual, manifest.name].find((path) => existsSync(join(clone, path))) ?? usual;
  const target = join(clone, folder);
  await assertMayReplace(join(target, "manifest.json"), project, manifest);
  await rm(target, { recursive: true, force: true });
  await stage(project.folder, target);
  // The marketplace's list is read from it, without running anything.
  await writeFile(join(target, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  return folder;
}

/** Against what the marketplace has now; a plugin that came without a manifest cannot be compared. */
async function assertMayReplace(file: string, project: AuthorProject, manifest: Manifest): Promise<void> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  if (text === undefined) return;
  const places = await SourcePlaces.read(project.folder, project.projectFile);
  const findings = checkCompatibility(manifestSchema.parse(JSON.parse(text)), manifest, places);
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return;
  throw new NoxusError(
    "conflict",
    `${manifest.name} ${manifest.version} was not published. ${errors.map(({ message, fix }) => `${message} ${fix}`).join(" ")}`,
    { data: { findings: errors } },
  );
}

type GitContext = Pick<CommandContext, "env" | "signal">;

async function commitAndPush(
  context: GitContext,
  clone: string,
  { title, branch }: { title: string; branch: string },
): Promise<string> {
  await runGit(context, clone, ["add", "--all", "--force", "."]);
  const changes = await runGit(context, clone, ["status", "--porcelain"]);
  if (changes === "")
    throw new NoxusError(
      "conflict",
      `${title} is published already, exactly as it is here. Raise the version to publish a change.`,
    );
  await runGit(context, clone, ["commit", "--quiet", "--message", title]);
  await runGit(context, clone, ["push", "--quiet", "origin", `HEAD:refs/heads/${branch}`]);
  return runGit(context, clone, ["rev-parse", "HEAD"]);
}

/** With the author's own name, credentials and signing, as their Git is set up. */
async function runGit({ env, signal }: GitContext, cwd: string, words: string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("git", words, { cwd, env, signal });
    return stdout.trim();
  } catch (cause) {
    signal.throwIfAborted();
    const { stderr = "", message } = cause as { stderr?: string; message: string };
    throw new NoxusError("source_unreachable", `git ${words[0]} failed: ${stderr.trim() || message}`, {
      cause,
    });
  }
}

function tell(
  { terminal }: CommandContext,
  published: Published,
  { base, to }: { base: string; to: string },
): void {
  const { name, version, folder, branch, commit } = published;
  terminal.print(published, () => [
    `${name} ${version} is in ${folder} on ${branch}, commit ${commit.slice(0, 12)}.`,
    branch === base
      ? `Install it with: noxus plugin install ${name} --marketplace ${to} --version ${version}`
      : `Open a pull request from ${branch} to ${base}.`,
  ]);
}
