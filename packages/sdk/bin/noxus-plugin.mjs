#!/usr/bin/env node
// The command's first file: from the repository it runs the source, from a published package what was built from it.
import { existsSync } from "node:fs";
import { enableCompileCache, registerHooks } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

// Byte code and stripped types of the plugin's own files, kept from one start to the next.
enableCompileCache();
const folder = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(folder, "src", "main.ts");
if (existsSync(source)) {
  const fromSource = (context) => ({ ...context, conditions: ["noxus-source", ...context.conditions] });
  registerHooks({
    // Only ours: packages of others have a condition of this name too, and mean what Node cannot run.
    resolve: (name, context, next) => next(name, name.startsWith("@noxus/") ? fromSource(context) : context),
  });
  await import(pathToFileURL(source).href);
} else await import(pathToFileURL(join(folder, "dist", "main.js")).href);
