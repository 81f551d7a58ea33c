import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { z } from "zod";
import { findUv } from "../author/find-uv.ts";
import type { AuthorProject } from "../author/project.ts";
import { runTool, type ToolOptions } from "../author/run-tool.ts";
import type { CommandContext } from "../command-line/define.ts";

type Context = Pick<CommandContext, "env" | "signal" | "terminal">;

/**
 * Puts into the package what an installation would download: wheels in `wheels/`, npm packages in `vendor/`. A plugin
 * server takes them from there, so that it needs no network.
 *
 * @throws NoxusError `dependencies_unresolvable` where one cannot be had
 */
export async function vendorDependencies(
  context: Context,
  project: AuthorProject,
  root: string,
): Promise<void> {
  if (project.language === "python") await vendorWheels(context, project, join(root, "wheels"));
  else await vendorPackages(context, project, join(root, "vendor"));
}

/** pip fetches wheels alone: a source archive would have to be built where no build tools may be. */
async function vendorWheels(context: Context, project: AuthorProject, into: string): Promise<void> {
  const { file, env } = await findUv(context);
  const options = {
    cwd: project.folder,
    env: { ...context.env, ...env },
    output: "stderr",
    signal: context.signal,
  } as const;
  const download = ["tool", "run", "pip", "download", "--quiet", "--only-binary=:all:", "--dest", into];
  await mkdir(into, { recursive: true });
  const wanted = await pinnedOrDeclared(file, project, into, options);
  if ((await runTool(file, [...download, ...wanted], options)) !== 0) throw notToBeHad(project);
  await rm(join(into, pinsFile), { force: true });
  context.terminal.note(`${(await readdir(into)).length} wheels in wheels/`);
}

const pinsFile = "requirements.txt";

/** What uv.lock pins, else what pyproject.toml asks for, with the SDK where it does not ask for it. */
async function pinnedOrDeclared(
  uv: string,
  project: AuthorProject,
  into: string,
  options: ToolOptions,
): Promise<string[]> {
  const { folder, dependencies } = project;
  const sdk = dependencies.some((one) => /^noxus[-_]sdk\b/i.test(one)) ? [] : ["noxus-sdk"];
  if (!existsSync(join(folder, "uv.lock"))) return [...dependencies, ...sdk];
  const pins = join(into, pinsFile);
  const words = [
    "export",
    "--quiet",
    "--frozen",
    "--no-dev",
    "--no-emit-project",
    "--no-hashes",
    "--output-file",
    pins,
  ];
  if ((await runTool(uv, words, options)) !== 0) throw notToBeHad(project);
  return ["--requirement", pins, ...sdk];
}

const npmLockSchema = z.object({
  packages: z.record(
    z.string(),
    z.looseObject({
      name: z.string().optional(),
      version: z.string().optional(),
      dev: z.boolean().optional(),
      link: z.boolean().optional(),
    }),
  ),
});

/** The archives that package-lock.json pins, as the registry has them: their checksums stay true. */
async function vendorPackages(context: Context, project: AuthorProject, into: string): Promise<void> {
  if (project.dependencies.every((name) => name === sdkPackage)) return;
  const wanted = await lockedPackages(project);
  await mkdir(into, { recursive: true });
  const options = { cwd: into, env: context.env, output: "stderr", signal: context.signal } as const;
  if ((await runTool("npm", ["pack", "--silent", ...wanted], options)) !== 0) throw notToBeHad(project);
  context.terminal.note(`${wanted.length} packages in vendor/`);
}

const sdkPackage = "@noxus/sdk";

async function lockedPackages({ folder, name }: AuthorProject): Promise<string[]> {
  const text = await readFile(join(folder, "package-lock.json"), "utf8").catch((cause: unknown) => {
    throw new NoxusError(
      "dependencies_unresolvable",
      `${name} has no package-lock.json, so nothing says which versions to bring along. Run \`npm install\` in its folder, and keep the lockfile.`,
      { cause },
    );
  });
  const { packages } = npmLockSchema.parse(JSON.parse(text));
  const specifiers = Object.entries(packages).flatMap(([path, entry]) => {
    const packageName = entry.name ?? path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    if (path === "" || entry.dev || entry.link || packageName === sdkPackage) return [];
    return [`${packageName}@${entry.version}`];
  });
  return [...new Set(specifiers)];
}

function notToBeHad({ name }: AuthorProject): NoxusError {
  return new NoxusError(
    "dependencies_unresolvable",
    `Not everything that ${name} depends on can be brought along; the lines above say what is missing.`,
  );
}
