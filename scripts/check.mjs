#!/usr/bin/env node
// `npm run check`: everything that is checked without running the product.
import { spawnSync } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { prepare, root, toolchainNode } from "./prepare.mjs";

const bin = (name) => join(root, "node_modules", ".bin", name);
const script = (name, ...args) => [
  toolchainNode,
  "--conditions=noxus-source",
  join(root, "scripts", name),
  ...args,
];

/** Each prints what is wrong and ends with a code; none depends on another. */
const checks = [
  { name: "types", command: [bin("tsc"), "-p", root] },
  { name: "types of the console", command: [bin("tsc"), "-p", join(root, "packages", "console")] },
  { name: "format and lint", command: [bin("biome"), "check", "--error-on-warnings", root] },
  { name: "imports go down only", command: script("check-imports.ts") },
  { name: "paths in AGENTS.md exist", command: script("check-map.ts") },
  { name: "sizes of functions and files", command: script("check-sizes.ts") },
  { name: "generated docs are current", command: script("generate-docs.ts", "--check") },
];

/** Runs every check, prints what failed, and gives the counts. */
export async function runChecks() {
  let failed = 0;
  for (const { name, command } of checks) failed += runCheck(name, command) ? 0 : 1;
  return { passed: checks.length - failed, failed };
}

function runCheck(name, [program, ...args]) {
  const startedAt = Date.now();
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, PATH: `${dirname(toolchainNode)}${delimiter}${process.env.PATH}` },
  });
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1);
  console.log(`${status === 0 ? "ok  " : "FAIL"}  ${name} (${seconds} s)`);
  const output = [stdout, stderr, error?.message].filter(Boolean).join("\n").trim();
  if (output && (status !== 0 || name.startsWith("sizes"))) console.log(output.replace(/^/gm, "      "));
  return status === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  prepare();
  const { failed } = await runChecks();
  process.exit(failed === 0 ? 0 : 1);
}
