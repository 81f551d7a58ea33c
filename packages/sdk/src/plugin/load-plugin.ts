import { existsSync, readFileSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { join, relative, resolve } from "node:path";
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

/**
 * Imports the plugin that the folder's main file exports as default. Throws what the import throws, or an Error whose message
 * begins with the code that a host reports: plugin_class_missing, plugin_class_ambiguous.
 */
export async function loadPlugin(folder: string): Promise<LoadedPlugin> {
  const packageFile = readPackage(folder);
  const path = mainFile(folder, packageFile);
  const module = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  // Kept now and not at the end, which for a plugin is often SIGKILL: the next start then needs no type stripper (16 MiB).
  setTimeout(flushCompileCache, 500).unref();
  const plugin = defaultPlugin(module, relative(folder, path));
  const dependencies = Object.entries(packageFile.dependencies ?? {}).map(
    ([name, range]) => `${name}@${range}`,
  );
  return { plugin, dependencies };
}

function defaultPlugin(module: Record<string, unknown>, file: string): Plugin {
  const { default: exported, ...named } = module;
  if (isPlugin(exported)) return exported;
  const plugins = Array.isArray(exported) ? exported.filter(isPlugin) : Object.values(named).filter(isPlugin);
  if (plugins.length > 1)
    throw new Error(
      `plugin_class_ambiguous: ${file} exports ${plugins.length} plugins (${plugins.map(({ name }) => name).join(", ")}), and none of them as default. A folder holds one plugin: export it as default, move the others to folders of their own.`,
    );
  const instead = Object.keys(named).find((name) => isPlugin(named[name]));
  const found = instead ? `it exports one as ${instead}` : `its default export is ${kindOf(exported)}`;
  throw new Error(
    `plugin_class_missing: ${file} exports no plugin as default: ${found}. It needs \`export default definePlugin({ … })\`.`,
  );
}

function kindOf(value: unknown): string {
  if (value === undefined) return "missing";
  return value === null ? "null" : `of type ${typeof value}`;
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
  throw new Error(
    `plugin_class_missing: the plugin has no main file: looked for ${candidates.join(", ")}. Name it in package.json as "main".`,
  );
}
