#!/usr/bin/env node
// `npm run build [PACKAGE …]`: what is published of every package, or of these, in `packages/*/dist`: JavaScript and
// declarations, of the console its files for browsers. The repository itself runs from source and needs none but those.
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import { join } from "node:path";
import { buildConsole } from "./console.mjs";
import { prepare, root, toolchainNode } from "./prepare.mjs";

const { cpSync, existsSync, globSync, readdirSync, readFileSync, rmSync } = fs;
prepare();
if (!globSync) restartOnToolchain();
const asked = process.argv.slice(2);
for (const name of inOrder()) if (asked.length === 0 || asked.includes(name)) build(name);

/** Packages after those that they import: each is checked against what the others publish, not against their source. */
function inOrder() {
  const names = readdirSync(join(root, "packages")).filter((name) => existsSync(packageFile(name)));
  const ordered = [];
  const visit = (name) => {
    if (ordered.includes(name)) return;
    const { dependencies = {} } = JSON.parse(readFileSync(packageFile(name), "utf8"));
    for (const other of names) if (dependencies[`@noxus/${other}`]) visit(other);
    ordered.push(name);
  };
  names.forEach(visit);
  return ordered;
}

function build(name) {
  if (name === "console") return buildConsole();
  const folder = join(root, "packages", name);
  rmSync(join(folder, "dist"), { recursive: true, force: true });
  compile(name, folder);
  copyOtherFiles(folder);
  if (name === "noxus") copyExamples(folder);
  console.log(`built ${name}`);
}

function compile(name, folder) {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const { status } = spawnSync(toolchainNode, [tsc, "-p", join(folder, "tsconfig.build.json")], {
    stdio: "inherit",
  });
  if (status !== 0) throw new Error(`${name} cannot be built; the compiler says why above`);
}

/** What lies beside the code and is read at run time: starters, generated tables. */
function copyOtherFiles(folder) {
  for (const file of globSync("src/**/*.{py,mjs,json,sql}", { cwd: folder })) {
    const target = join(folder, file.replace(/^src/, "dist"));
    cpSync(join(folder, file), target, { recursive: true });
  }
}

/** The examples that `noxus start` installs travel with the command. */
function copyExamples(folder) {
  const target = join(folder, "plugins");
  rmSync(target, { recursive: true, force: true });
  const wanted = (source) => !/__pycache__|\.venv|node_modules|\.pyc$|\.test\.ts$/.test(source);
  cpSync(join(root, "plugins"), target, { recursive: true, filter: wanted });
  for (const file of ["LICENSE", "README.md"]) cpSync(join(root, file), join(folder, file));
}

function packageFile(name) {
  return join(root, "packages", name, "package.json");
}

function restartOnToolchain() {
  const { status } = spawnSync(toolchainNode, process.argv.slice(1), { stdio: "inherit" });
  process.exit(status ?? 1);
}
