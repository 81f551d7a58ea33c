#!/usr/bin/env node
// `npm start`: installs what is missing, then runs `noxus start` from source on the toolchain's Node.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { prepare, root } from "./prepare.mjs";

prepare();

const child = spawn(
  process.execPath,
  [join(root, "packages/noxus/bin/noxus.mjs"), "start", ...process.argv.slice(2)],
  {
    stdio: "inherit",
  },
);
// A terminal's Ctrl-C reaches the child by itself; a signal to this process alone is passed on.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
  process.on(signal, () => {
    if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
  });
child.on("exit", (code, signal) => {
  if (signal === null) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});
