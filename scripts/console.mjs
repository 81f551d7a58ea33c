import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { prepare, root, toolchainNode } from "./prepare.mjs";

/**
 * `npm run build console`, and part of `npm start`, `npm test` and `npm run build`: the console's files in
 * `packages/console/dist`, made anew where its sources or the packages that they use have changed.
 */
const folder = join(root, "packages", "console");
const dist = join(folder, "dist");
/** Holds the hash of what the files were made from. */
const stampFile = "made-from";

export function buildConsole() {
  const wanted = hashOfSources();
  if (readStamp() === wanted) return;
  const startedAt = Date.now();
  // Beside the old one, then renamed: a platform that runs serves either whole.
  const fresh = join(folder, ".cache", `build-${process.pid}`);
  try {
    runVite(fresh);
    compress(fresh);
    writeFileSync(join(fresh, stampFile), wanted);
    replace(fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  console.error(`Console built in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
}

function runVite(outDir) {
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const args = [vite, "build", folder, "--outDir", outDir, "--emptyOutDir", "--logLevel", "warn"];
  // Whoever builds it, a test too: with another environment Vite would take React's development build.
  const env = { ...process.env, NODE_ENV: "production" };
  const { status } = spawnSync(toolchainNode, args, { cwd: folder, env, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("The console cannot be built; vite says why above.");
}

/** Once here instead of at each request. Fonts are compressed in themselves. */
function compress(outDir) {
  for (const file of filesIn(outDir)) {
    if (!/\.(js|css|svg|html)$/.test(file)) continue;
    const content = readFileSync(file);
    const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } };
    writeFileSync(`${file}.br`, brotliCompressSync(content, brotli));
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
  }
}

/** Another build may be doing the same; whoever is first wins, and both were made from the same sources. */
function replace(fresh) {
  const old = `${fresh}-before`;
  renameUnless(dist, old, ["ENOENT"]);
  renameUnless(fresh, dist, ["ENOTEMPTY", "EEXIST"]);
  rmSync(old, { recursive: true, force: true });
}

function renameUnless(from, to, harmless) {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!harmless.includes(error.code)) throw error;
  }
}

function hashOfSources() {
  const hash = createHash("sha256");
  const names = ["index.html", "package.json", "vite.config.ts", "theme-styles.ts"].map((name) =>
    join(folder, name),
  );
  const sources = [join(folder, "src"), join(root, "packages", "contracts", "src")]
    .flatMap(filesIn)
    .filter((file) => !file.endsWith(".test.ts"));
  const makers = [join(root, "package-lock.json"), join(root, "scripts", "console.mjs")];
  for (const file of [...names, ...sources, ...makers])
    hash
      .update(`${file.slice(root.length)}\0`)
      .update(readFileSync(file))
      .update("\0");
  return hash.digest("hex");
}

function filesIn(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

function readStamp() {
  try {
    return readFileSync(join(dist, stampFile), "utf8");
  } catch {
    return undefined;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  prepare();
  buildConsole();
}
