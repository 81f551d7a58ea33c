import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Every path that AGENTS.md names between back-ticks exists. A word counts as a path when it has a slash or a known ending. */
const root = dirname(import.meta.dirname);
const missing = pathsOf(readFileSync(join(root, "AGENTS.md"), "utf8")).filter(
  (path) => !existsSync(join(root, path)),
);
for (const path of missing) console.error(`AGENTS.md names ${path}, which is not there`);
process.exitCode = missing.length === 0 ? 0 : 1;

function pathsOf(text: string): string[] {
  const words = [...text.matchAll(/`([^`\s]+)`/g)].map((match) => match[1] ?? "");
  return words.filter((word) =>
    /^[\w.@-]+(\/[\w.@-]*)+$/.test(word) ? !word.startsWith("@") : /^[\w.-]+\.(md|ts|mjs|json)$/.test(word),
  );
}
