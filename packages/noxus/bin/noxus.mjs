#!/usr/bin/env node
// The command's first file: plain JavaScript, so that any Node from 20 on can read it. What follows needs Node 24: an
// older one hands over to the Node 24 of the npm package `node`.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
// As a whole: an older Node lacks some of its names, and naming one would stop this file from loading.
import * as nodeModule from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const folder = dirname(dirname(fileURLToPath(import.meta.url)));
// The repository has the source, a published package only what was built from it.
const source = join(folder, "src", "main.ts");
const fromSource = existsSync(source);
const main = fromSource ? source : join(folder, "dist", "main.js");

if (Number(process.versions.node.split(".")[0]) >= 24) await runHere();
else handOver(findNode24());

async function runHere() {
  nodeModule.enableCompileCache();
  if (fromSource)
    nodeModule.registerHooks({
      resolve: (specifier, context, next) => next(specifier, withSource(context)),
    });
  await import(pathToFileURL(main).href);
}

function withSource(context) {
  return { ...context, conditions: ["noxus-source", ...context.conditions] };
}

function handOver(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    // The channel tells the child when this process is gone, however it went.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  // A terminal sends Ctrl-C to both; the child decides what it means. Other signals reach only this process.
  process.on("SIGINT", () => {
    if (!process.stdin.isTTY) child.kill("SIGINT");
  });
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`${node} could not be started (${error.message})`));
  child.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
}

function findNode24() {
  try {
    const manifest = nodeModule.createRequire(import.meta.url).resolve("node/package.json");
    const node = join(dirname(manifest), "bin", "node");
    if (existsSync(node)) return node;
  } catch {
    // Not installed: the message below says what to do.
  }
  return fail(
    `Node 24 is needed, this is ${process.versions.node}, and the npm package "node" is not installed`,
  );
}

function fail(what) {
  console.error(
    `error: ${what}. Run \`npm install\` again with install scripts allowed, or use Node 24 or newer.`,
  );
  process.exit(1);
}
