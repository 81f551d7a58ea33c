import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import ignore, { type Ignore } from "ignore";

/** Made from the rest, or of no use to who installs the plugin. */
const never = [
  ".git",
  ".hg",
  ".github",
  ".gitlab-ci.yml",
  ".venv",
  "venv",
  "__pycache__",
  "node_modules",
  ".mypy_cache",
  ".pytest_cache",
  ".ruff_cache",
  ".tox",
  ".noxus",
  ".DS_Store",
  ".env",
];

interface Rules {
  /** From a path inside the plugin's folder to the one that the `.gitignore` speaks of. */
  pathFor(path: string): string;
  matcher: Ignore;
}

/**
 * The files of a plugin's package, from its folder with `/`, in the order of their bytes: what no `.gitignore` ignores,
 * here, in the folders below, or above it in the same repository.
 */
export async function listPackageFiles(folder: string): Promise<string[]> {
  const own = { pathFor: (path: string) => path, matcher: ignore().add(never) };
  const files = await listFolder(folder, "", [own, ...(await rulesAbove(folder))]);
  return files.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

/** From the repository's root downwards; none outside of a repository, where a stranger's file may lie. */
async function rulesAbove(folder: string): Promise<Rules[]> {
  const rules: Rules[] = [];
  for (let at = folder; !existsSync(join(at, ".git")); ) {
    const above = dirname(at);
    if (above === at) return [];
    at = above;
    const prefix = relative(at, folder).split(sep).join("/");
    rules.unshift(...(await readRules(at, (path) => `${prefix}/${path}`)));
  }
  return rules;
}

async function readRules(folder: string, pathFor: Rules["pathFor"]): Promise<Rules[]> {
  const text = await readFile(join(folder, ".gitignore"), "utf8").catch(() => undefined);
  return text === undefined ? [] : [{ pathFor, matcher: ignore().add(text) }];
}

async function listFolder(root: string, folder: string, before: readonly Rules[]): Promise<string[]> {
  const strip = folder === "" ? 0 : folder.length + 1;
  const rules = [...before, ...(await readRules(join(root, folder), (path) => path.slice(strip)))];
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (isIgnored(path, entry.isDirectory(), rules)) return [];
      return entry.isDirectory() ? listFolder(root, path, rules) : [path];
    }),
  );
  return found.flat();
}

/** As with Git, a deeper file's rules decide before those above it; what is never packed stays out whatever they say. */
function isIgnored(path: string, isFolder: boolean, [own, ...rules]: readonly Rules[]): boolean {
  const asked = isFolder ? `${path}/` : path;
  if (own?.matcher.ignores(asked)) return true;
  for (const { pathFor, matcher } of rules.toReversed()) {
    const { ignored, unignored } = matcher.test(pathFor(asked));
    if (ignored || unignored) return ignored;
  }
  return false;
}
