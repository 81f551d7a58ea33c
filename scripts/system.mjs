import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";

/** What the tests need of the machine beside npm packages: how to know that it is there, and Debian's name for it. */
const needs = [
  { name: "git", there: () => onPath("git"), debian: ["git"] },
  { name: "Python 3.10 or newer", there: () => onPath("python3"), debian: ["python3"] },
  { name: "PostgreSQL server programs", there: hasPostgres, debian: ["postgresql"] },
  { name: "Chromium", there: () => onPath("chromium"), debian: ["chromium"] },
  { name: "setpriv and unshare", there: () => onPath("setpriv"), debian: ["util-linux"] },
  { name: "bubblewrap", there: () => onPath("bwrap"), debian: ["bubblewrap"] },
];

/**
 * Installs from Debian what is missing, as root; otherwise says how. Tests that need what stays missing skip
 * themselves by a probe that says why.
 */
export function installSystemPackages() {
  const missing = needs.filter(({ there }) => !there());
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => name).join(", ");
  const packages = missing.flatMap(({ debian }) => debian);
  if (process.getuid?.() !== 0 || !onPath("apt-get")) {
    console.error(`The tests also need: ${names}. On Debian: sudo apt-get install ${packages.join(" ")}`);
    return;
  }
  console.error(`Installing for the tests: ${names} …`);
  apt(["update", "-qq"]);
  if (packages.includes("postgresql")) withoutDefaultCluster();
  apt(["install", "-y", "-qq", "--no-install-recommends", ...packages]);
}

function apt(args) {
  const { status } = spawnSync("apt-get", args, {
    stdio: ["ignore", "ignore", 2],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  });
  if (status !== 0)
    console.error(`apt-get ${args[0]} ended with code ${status}; tests that need it will say so.`);
}

/** Debian's package otherwise makes and starts a server of its own, which no test wants. */
function withoutDefaultCluster() {
  spawnSync("sh", [
    "-c",
    "mkdir -p /etc/postgresql-common && grep -qs create_main_cluster /etc/postgresql-common/createcluster.conf || echo 'create_main_cluster = false' >> /etc/postgresql-common/createcluster.conf",
  ]);
}

function onPath(command) {
  return spawnSync("sh", ["-c", `command -v ${command}`], { stdio: "ignore" }).status === 0;
}

function hasPostgres() {
  const base = "/usr/lib/postgresql";
  const versions = existsSync(base) ? readdirSync(base) : [];
  return onPath("postgres") || versions.some((version) => existsSync(`${base}/${version}/bin/postgres`));
}
