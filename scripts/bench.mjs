#!/usr/bin/env node
// `npm run bench [-- SECTION …]`: installs what is missing, then measures on the toolchain's Node.
import { spawnSync } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { prepare, root, toolchainNode } from "./prepare.mjs";

prepare();

const args = ["--conditions=noxus-source", join(root, "bench/bench.ts"), ...process.argv.slice(2)];
const { status } = spawnSync(toolchainNode, args, {
  cwd: root,
  stdio: "inherit",
  env: { ...process.env, PATH: `${dirname(toolchainNode)}${delimiter}${process.env.PATH}` },
});
process.exit(status ?? 1);
