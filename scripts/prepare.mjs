import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Node 24 of the npm package `node`, which `npm ci` puts there whatever Node the machine has. */
export const toolchainNode = join(root, "node_modules", "node", "bin", "node");

/** Installs the packages where they are absent or not those of package-lock.json. A warm call costs a few ms. */
export function prepare() {
  if (!packagesAreCurrent()) installPackages();
  if (!existsSync(toolchainNode))
    fail("Node 24 is missing in node_modules/node/bin.", "Run `npm ci` and read what it says.");
}

/**
 * Compares with npm's own record of what it installed, which it writes last: so an install that was cut short, and a
 * lock file that changed since, both count as not installed. Time stamps tell neither.
 */
function packagesAreCurrent() {
  const wanted = readPackages(join(root, "package-lock.json"));
  const installed = readPackages(join(root, "node_modules", ".package-lock.json"));
  if (!wanted)
    fail("package-lock.json is missing or damaged.", "Restore it with `git checkout package-lock.json`.");
  if (!installed) return false;
  return Object.entries(wanted)
    .filter(([path, entry]) => path !== "" && !entry.optional)
    .every(([path, entry]) => installed[path] && installed[path].version === entry.version);
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

function installPackages() {
  const startedAt = Date.now();
  console.error("Installing packages (npm ci) …");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const { status, error } = spawnSync(npm, ["ci", "--no-fund", "--no-audit", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (error) fail(`npm could not be started: ${error.message}.`, "Install npm and try again.");
  if (status !== 0)
    fail(
      `npm ci ended with code ${status}.`,
      "Its message is above. Behind a proxy, set `npm config set proxy` and `registry`, then try again.",
    );
  console.error(`Packages installed in ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
}

export function fail(what, whatToDo) {
  console.error(`error: ${what} ${whatToDo}`);
  process.exit(1);
}
