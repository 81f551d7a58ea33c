import { existsSync, readFileSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { isPlugin, type Plugin } from "./define-plugin.ts";

export interface LoadedPlugin {
  plugin: Plugin;
  /** Of its package.json, e.g. `sharp@^0.34.0`. */
  dependencies: string[];
}

interface PackageFile {
  noxus?: { plugin?: string };
  main?: string;
  dependencies?: Record<string, string>;
}

/** Where a plugin's main file may lie when its package.json does not say. */
const usualPlaces = ["src/index.ts", "index.ts", "dist/index.js", "src/index.js", "index.js", "index.mjs"];

/** Imports the plugin that the folder's main file exports as default; throws an Error that says what is missing. */
export async function loadPlugin(folder: string): Promise<LoadedPlugin> {
  const packageFile = readPackage(folder);
  const path = mainFile(folder, packageFile);
  const module = (await import(pathToFileURL(path).href)) as { default?: unknown };
  // Kept now and not at the end, which for a plugin is often SIGKILL: the next start then needs no type stripper (16 MiB).
  setTimeout(flushCompileCache, 500).unref();
  if (!isPlugin(module.default))
    throw new Error(
      `${path} exports no plugin: it needs \`export default definePlugin({ … })\`, and its default export is ${typeof module.default}.`,
    );
  const dependencies = Object.entries(packageFile.dependencies ?? {}).map(
    ([name, range]) => `${name}@${range}`,
  );
  return { plugin: module.default, dependencies };
}

function readPackage(folder: string): PackageFile {
  const path = join(folder, "package.json");
  if (!existsSync(path)) throw new Error(`${resolve(folder)} is no plugin: it has no package.json.`);
  return JSON.parse(readFileSync(path, "utf8")) as PackageFile;
}

/** What package.json names (`noxus.plugin`, then `main`), or the first of the usual places. */
function mainFile(folder: string, { noxus, main }: PackageFile): string {
  const named = noxus?.plugin ?? main;
  const candidates = named ? [named] : usualPlaces;
  const found = candidates.map((path) => resolve(folder, path)).find((path) => existsSync(path));
  if (found) return found;
  throw new Error(`${resolve(folder)} has no main file: looked for ${candidates.join(", ")}.`);
}
