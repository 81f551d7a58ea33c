import { cp, mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join, normalize } from "node:path";
import { NoxusError } from "@noxus/contracts";
import type { NodeFacts } from "../engines/engine.ts";
import { dependencyKinds, type PackageFile, readPackageFile } from "./package-file.ts";
import { type NpmLock, type PackageLock, parseNpmLock, readPackageLock } from "./package-lock.ts";
import { sdkPackage } from "./sdk-supply.ts";

/**
 * Copies what decides the dependencies from a release to where they are installed, with the folders and archives that they
 * name; the plugin's own scripts stay behind, for they are for its author's machine.
 * @throws NoxusError dependencies_unresolvable, plugin_project_invalid
 */
export async function copyProject({
  from,
  to,
  facts,
  registry,
}: {
  from: string;
  to: string;
  facts: NodeFacts;
  /** The registry of this machine, where the manager must be told. */
  registry: string | undefined;
}): Promise<void> {
  const packageFile = await readPackageFile(from);
  const lock = await readPackageLock(from);
  const { scripts: _scripts, workspaces: _workspaces, ...project } = packageFile;
  const kept = facts.ownSdk && mayLeaveOutSdk(lock) ? withoutSdk(project) : project;
  await writeFile(join(to, "package.json"), JSON.stringify(kept, undefined, 2));
  if (lock) await writeFile(join(to, lock.file), await lockText(lock, { from, facts, registry }));
  if (facts.npmrc) await writeFile(join(to, ".npmrc"), facts.npmrc);
  const paths = [...localPaths(packageFile), ...(facts.vendorFolder ? [facts.vendorFolder] : [])];
  for (const path of new Set(paths)) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await cp(join(from, path), join(to, path), { recursive: true });
  }
}

/** npm's lockfile is changed with package.json; another's must find package.json as it was written from. */
function mayLeaveOutSdk(lock: PackageLock | undefined): boolean {
  return lock === undefined || lock.manager === "npm" || !lock.text.includes(sdkPackage);
}

/** Our own SDK is asked of no registry. */
function withoutSdk<T extends object>(project: T): T {
  const kinds = dependencyKinds.flatMap((kind) => {
    const { [sdkPackage]: _sdk, ...others } = ((project as Record<string, unknown>)[kind] ?? {}) as object & {
      [sdkPackage]?: string;
    };
    return [[kind, others] as const];
  });
  return { ...project, ...Object.fromEntries(kinds) };
}

/** npm compares its lockfile with package.json, so what leaves one leaves the other; and what is vendored comes from there. */
async function lockText(
  lock: PackageLock,
  { from, facts, registry }: { from: string; facts: NodeFacts; registry: string | undefined },
): Promise<string> {
  if (lock.manager === "yarn-classic" && registry) return lock.text.replaceAll(publicRegistries, registry);
  if (lock.manager !== "npm") return lock.text;
  const parsed = parseNpmLock(lock);
  const packages = facts.ownSdk ? lockedWithoutSdk(parsed) : parsed.packages;
  const vendored = facts.vendorFolder ? await vendoredIn(from, facts.vendorFolder) : new Map();
  const entries = Object.entries(packages).map(([path, entry]) => {
    const name = path.replace(/^.*node_modules\//, "");
    const archive = vendored.get(`${name.replace(/^@/, "").replace("/", "-")}-${entry.version}.tgz`);
    return [path, archive && !entry.link ? { ...entry, resolved: archive } : entry];
  });
  return JSON.stringify({ ...parsed, packages: Object.fromEntries(entries) });
}

/** Yarn 1 asks whom its lockfile names, also where the machine has another registry. */
const publicRegistries = /https:\/\/registry\.(yarnpkg\.com|npmjs\.org)\//g;

function lockedWithoutSdk({ packages }: NpmLock): NpmLock["packages"] {
  const path = `node_modules/${sdkPackage}`;
  const { [path]: sdk, "": root, ...others } = packages;
  if (sdk?.link && sdk.resolved) delete others[sdk.resolved];
  return { ...(root && { "": withoutSdk(root) }), ...others };
}

/** The archives that a plugin brings, as `npm pack` names them → where the lockfile finds them. */
async function vendoredIn(from: string, folder: string): Promise<Map<string, string>> {
  const names = (await readdir(join(from, folder))).filter((name) => name.endsWith(".tgz"));
  return new Map(names.map((name) => [name, `file:${folder}/${name}`]));
}

/**
 * Paths inside the release that dependencies name (`file:vendor/x.tgz`).
 * @throws NoxusError dependencies_unresolvable where one leads out
 */
export function localPaths(packageFile: PackageFile): string[] {
  const wanted = [packageFile.dependencies, packageFile.optionalDependencies].flatMap(Object.entries<string>);
  return wanted.flatMap(([name, range]) => {
    const path = /^(?:file|link|portal):(.+)$/.exec(range)?.[1] ?? /^\.{1,2}\/.+$/.exec(range)?.[0];
    if (path === undefined || name === sdkPackage) return [];
    const inside = normalize(path);
    if (!inside.startsWith("..") && !inside.startsWith("/")) return [inside];
    throw new NoxusError(
      "dependencies_unresolvable",
      `package.json takes ${name} from ${range}, which lies outside of the plugin's folder. Put it inside, or depend on a published version.`,
      { data: { package: name } },
    );
  });
}
