#!/usr/bin/env node
// `npm start`: installs what is missing, builds the console where it is stale, then runs `noxus start` from source on the toolchain's Node.
import { spawn } from "node:child_process";
import { constants } from "node:os";
import { join } from "node:path";
import { buildConsole } from "./console.mjs";
import { prepare, root, toolchainNode } from "./prepare.mjs";

prepare();
buildConsole();

const command = join(root, "packages/noxus/bin/noxus.mjs");
const child = spawn(toolchainNode, [command, "start", ...process.argv.slice(2)], {
  // The channel tells the child when this process is gone, however it went.
  stdio: ["inherit", "inherit", "inherit", "ipc"],
});
// A terminal's Ctrl-C reaches the child by itself; a signal to this process alone is passed on.
process.on("SIGINT", () => {
  if (!process.stdin.isTTY) child.kill("SIGINT");
});
for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : code));
