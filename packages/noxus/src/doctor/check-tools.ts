import { type Finding, fail, ok, warn } from "./finding.ts";
import { versionOf } from "./version-of.ts";

/** Programs that are used: Node, Git, uv and the Pythons that plugins may run on. */
export async function checkTools(): Promise<Finding[]> {
  return Promise.all([checkNode(), checkGit(), checkUv(), checkPython()]);
}

function checkNode(): Finding {
  const { node } = process.versions;
  if (Number(node.split(".")[0]) >= 24) return ok("Node", `${node} (${process.execPath})`);
  return fail("Node", `${node}; 24 or newer is needed`, "run `npx noxus`, which brings its own Node 24");
}

async function checkGit(): Promise<Finding> {
  const version = await versionOf("git");
  if (version) return ok("Git", version.replace("git version ", ""));
  return fail(
    "Git",
    "not found on PATH",
    "install git: plugins come from Git repositories, and the Python SDK asks for it",
  );
}

async function checkUv(): Promise<Finding> {
  const version = await versionOf("uv");
  if (version) return ok("uv", version);
  return ok(
    "uv",
    "not on PATH; it is taken from the Python package index when the first plugin is installed",
  );
}

async function checkPython(): Promise<Finding> {
  const names = ["python3", ...[10, 11, 12, 13, 14].map((minor) => `python3.${minor}`)];
  const found = await Promise.all(names.map((name) => versionOf(name)));
  const versions = [...new Set(found.flatMap((line) => /Python (3\.\d+\.\d+)/.exec(line ?? "")?.[1] ?? []))];
  const usable = versions.filter((version) => Number(version.split(".")[1]) >= 10).sort();
  if (usable.length > 0) return ok("Python", usable.join(", "));
  const have = versions.length > 0 ? `only ${versions.join(", ")}` : "none found on PATH";
  return warn(
    "Python",
    `${have}; plugins need 3.10 or newer`,
    "install python3 (3.11 suits most plugins); without it uv tries to download one",
  );
}
