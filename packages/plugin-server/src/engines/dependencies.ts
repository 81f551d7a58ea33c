import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { type CommandResult, endOf } from "./command.ts";
import type { UvFacts } from "./engine.ts";
import { pythonOf } from "./environment-store.ts";
import { sdkPackage } from "./sdk-words.ts";
import type { Uv, UvRun } from "./uv.ts";
import { wordsOf } from "./uv-words.ts";

/** The SDK pins a ruff that nothing needs at run time: where a plugin wants another, the plugin is right. */
const anyRuff = "ruff>=0.6.3";

export interface Installation {
  /** The virtual environment, already made. */
  environmentFolder: string;
  releaseFolder: string;
  facts: UvFacts;
}

/** One way to put the plugin's dependencies and the SDK into one environment. */
interface Attempt {
  sdk: string;
  /** Versions that uv.lock names; absent where the lock is not honoured. */
  pins?: string;
}

/**
 * Installs the plugin's dependencies and the SDK beside them. uv.lock binds all but the SDK; where that has no
 * solution, first an older SDK that has the imports is tried, and the lock is given up last.
 * @returns warnings: what was not done as asked, and why
 * @throws NoxusError dependencies_unresolvable, environment_failed
 */
export async function installDependencies(
  uv: Uv,
  installation: Installation,
  { onProgress, signal }: UvRun,
): Promise<string[]> {
  const { facts } = installation;
  const run: UvRun = { onProgress: onProgress && ((line) => isProgress(line) && onProgress(line)), signal };
  onProgress?.(`resolving the dependencies and ${facts.sdkRequirement}`);
  const locks = facts.locked ? await exportLock(uv, installation, run) : { pins: [], warnings: [] };
  let first: CommandResult | undefined;
  let unlocked: CommandResult | undefined;
  for (const attempt of attempts(facts, locks.pins)) {
    const result = await install(uv, installation, attempt, run);
    if (result.exitCode === 0)
      return [...locks.warnings, ...warningsOf(attempt, installation, locks.pins, first)];
    if (!isConflict(result)) throw failure(result);
    first ??= result;
    if (attempt.pins === undefined) unlocked ??= result;
  }
  throw failure(unlocked ?? first);
}

function attempts({ sdkRequirement, sdkFallbacks }: UvFacts, pins: string[]): Attempt[] {
  const releases = [sdkRequirement, ...sdkFallbacks.map((release) => `${sdkPackage}==${release}`)];
  return [
    ...releases.flatMap((sdk) => pins.map((text) => ({ sdk, pins: text }))),
    ...releases.map((sdk) => ({ sdk })),
  ];
}

/**
 * What uv.lock pins, twice: with and without what only the SDK brings in, since another release of the SDK than the
 * locked one may need other versions of those.
 */
async function exportLock(uv: Uv, { releaseFolder, facts }: Installation, run: UvRun) {
  const base = [
    ...["export", "--frozen", "--no-emit-project", "--no-default-groups"],
    ...["--no-annotate", "--no-header", "--python", facts.pythonPath],
  ];
  const { onProgress: _quiet, ...quietly } = { ...run, cwd: releaseFolder };
  const results = await Promise.all([
    uv.run([...base, "--no-emit-package", sdkPackage], quietly),
    uv.run([...base, "--prune", sdkPackage], quietly),
  ]);
  const failed = results.find(({ exitCode }) => exitCode !== 0);
  if (!failed) return { pins: [...new Set(results.map(({ stdout }) => withoutLocal(stdout)))], warnings: [] };
  return { pins: [], warnings: [`uv.lock could not be read and was not honoured: ${wordsOf(failed, 400)}`] };
}

/** Folders cannot be pinned: they come with the release. */
function withoutLocal(pins: string): string {
  return pins
    .split("\n")
    .filter((line) => !/^(-e |\.|\/|file:)/.test(line))
    .join("\n");
}

async function install(
  uv: Uv,
  installation: Installation,
  attempt: Attempt,
  run: UvRun,
): Promise<CommandResult> {
  const ruff = installation.facts.dependencies.find((dependency) => /^ruff\b/i.test(dependency.trim()));
  const result = await installOnce(uv, installation, { ...attempt, ruff }, run);
  if (ruff || !isConflict(result) || !/\bruff\b/.test(result.stderr)) return result;
  return installOnce(uv, installation, { ...attempt, ruff: anyRuff }, run);
}

async function installOnce(
  uv: Uv,
  { environmentFolder, releaseFolder, facts }: Installation,
  { sdk, pins, ruff }: Attempt & { ruff: string | undefined },
  run: UvRun,
): Promise<CommandResult> {
  const overrides = join(environmentFolder, ".overrides.txt");
  const constraints = join(environmentFolder, ".constraints.txt");
  await writeFile(overrides, [sdk, ruff].filter(Boolean).join("\n"));
  if (pins) await writeFile(constraints, pins);
  const args = [
    ...["pip", "install", "--python", pythonOf(environmentFolder), "--override", overrides],
    ...(pins ? ["--constraint", constraints] : []),
    ...(facts.projectDeclared ? ["--requirement", "pyproject.toml"] : []),
    sdk,
  ];
  try {
    return await withWheelFolders(facts.wheelFolders, args, (all) =>
      uv.run(all, { ...run, cwd: releaseFolder }),
    );
  } finally {
    await Promise.all([rm(overrides, { force: true }), rm(constraints, { force: true })]);
  }
}

/** A plugin that brings its wheels is installed from them alone where they are enough: no index is asked. */
async function withWheelFolders(
  folders: string[],
  args: string[],
  call: (args: string[]) => Promise<CommandResult>,
): Promise<CommandResult> {
  if (folders.length === 0) return call(args);
  const links = folders.flatMap((folder) => ["--find-links", folder]);
  const alone = await call([...args, ...links, "--no-index"]);
  return alone.exitCode === 0 ? alone : call([...args, ...links]);
}

/** Of uv's lines, not the fifty that name each installed package. */
function isProgress(line: string): boolean {
  return line.trim() !== "" && !/^( [+~-] |Using Python)/.test(line);
}

/** An index that refuses the credentials is, for uv, one that has no packages; no other release would be found either. */
function isConflict({ exitCode, stderr }: CommandResult): boolean {
  return exitCode === 1 && /No solution found/i.test(stderr) && !/\(401 Unauthorized\)/.test(stderr);
}

function warningsOf(
  attempt: Attempt,
  { facts }: Installation,
  pins: string[],
  first?: CommandResult,
): string[] {
  if (!first) return [];
  const warnings: string[] = [];
  const words = wordsOf(first, 600);
  if (attempt.pins === undefined && pins.length > 0) warnings.push(`uv.lock was not honoured: ${words}`);
  if (attempt.sdk !== facts.sdkRequirement) {
    warnings.push(
      `${facts.sdkRequirement} does not fit the other dependencies, ${attempt.sdk} does: ${words}`,
    );
  }
  return warnings;
}

function failure(result: CommandResult | undefined): NoxusError {
  const words = result ? wordsOf(result, 2000) : "";
  if (result && isConflict(result)) {
    return new NoxusError(
      "dependencies_unresolvable",
      `The plugin's dependencies and the SDK have no solution together. uv says: ${words}`,
    );
  }
  const how = result ? endOf(result) : "was not run";
  return new NoxusError("environment_failed", `Installing the dependencies failed, uv ${how}: ${words}`, {
    data: { exitCode: result?.exitCode ?? null },
  });
}
