// Loaded before a plugin's own files (`node --import`): what they name without a path is found in the plugin's environment,
// for their folder, a release, is shared and has no node_modules. Plain JavaScript, as it runs in the plugin's process.
import { registerHooks } from "node:module";

const { searchParams } = new URL(import.meta.url);
const release = searchParams.get("release");
const environment = searchParams.get("environment");

registerHooks({
  resolve(name, context, next) {
    const isBare = !/^(\.{0,2}\/|[a-z][a-z0-9+.-]+:|#)/i.test(name);
    // require() has no parent that could be changed here; NODE_PATH tells it the same.
    if (!isBare || context.conditions.includes("require") || !context.parentURL?.startsWith(release))
      return next(name, context);
    return next(name, { ...context, parentURL: environment });
  },
});
