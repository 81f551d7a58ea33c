import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readlinkSync, statSync } from "node:fs";
import { chmod, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPolicy } from "../marketplaces/policy.ts";
import { type FetchSourceOptions, fetchSource } from "./fetch-source.ts";

let folder: string;
let plugin: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), "local-test-")));
  plugin = join(folder, "allowed/plugin");
  await mkdir(join(plugin, "tools"), { recursive: true });
  await writeFile(join(plugin, "pyproject.toml"), "x");
  await writeFile(join(plugin, "tools/run.sh"), "x");
  await chmod(join(plugin, "tools/run.sh"), 0o755);
});

afterEach(() => rm(folder, { recursive: true }));

function fetchLocally(path: string, more: Partial<FetchSourceOptions> = {}) {
  return fetchSource(
    { type: "local", path },
    {
      into: join(folder, "fetch"),
      policy: async () => openPolicy(),
      allowLocal: true,
      localRoots: [join(folder, "allowed")],
      uploads: () => Promise.reject(new Error("no uploads here")),
      environment: {},
      signal: new AbortController().signal,
      ...more,
    },
  );
}

test("a folder is copied without what is made from the rest; what Git ignores comes along", async () => {
  for (const left of [".git", ".venv", "node_modules", "tools/__pycache__"]) {
    await mkdir(join(plugin, left));
    await writeFile(join(plugin, left, "x"), "");
  }
  await writeFile(join(plugin, ".gitignore"), "generated.py");
  await writeFile(join(plugin, "generated.py"), "");
  await symlink("tools/run.sh", join(plugin, "run"));
  const fetched = await fetchLocally(plugin);
  expect(readdirSync(fetched.folder).sort()).toEqual([
    ".gitignore",
    "generated.py",
    "pyproject.toml",
    "run",
    "tools",
  ]);
  expect(readdirSync(join(fetched.folder, "tools"))).toEqual(["run.sh"]);
  expect(statSync(join(fetched.folder, "tools/run.sh")).mode & 0o100).not.toBe(0);
  expect(readlinkSync(join(fetched.folder, "run"))).toBe("tools/run.sh");
});

test("a pipe in the folder is passed over, with a warning", async () => {
  spawnSync("mkfifo", [join(plugin, "pipe")]);
  const { warnings } = await fetchLocally(plugin);
  expect(warnings).toEqual([expect.stringContaining('"pipe"')]);
});

test("local sources that are off, outside the allowed folders, absent or relative are refused", async () => {
  await mkdir(join(folder, "elsewhere"));
  await symlink(join(folder, "elsewhere"), join(folder, "allowed/sly"));
  const refusals = await Promise.allSettled([
    fetchLocally(plugin, { allowLocal: false }),
    fetchLocally(join(folder, "elsewhere"), { into: join(folder, "f1") }),
    fetchLocally(join(folder, "allowed/sly"), { into: join(folder, "f2") }),
    fetchLocally(join(folder, "allowed/absent"), { into: join(folder, "f3") }),
    fetchLocally("allowed/plugin", { into: join(folder, "f4") }),
    fetchLocally(join(plugin, "pyproject.toml"), { into: join(folder, "f5") }),
  ]);
  for (const refusal of refusals)
    expect(refusal).toMatchObject({ status: "rejected", reason: { code: "source_local_refused" } });
});

test("a link that leads out of the folder is refused, and nothing is left", async () => {
  await symlink("/etc/passwd", join(plugin, "out"));
  await expect(fetchLocally(plugin)).rejects.toMatchObject({ code: "archive_link_unsafe" });
  expect(existsSync(join(folder, "fetch"))).toBe(false);
});

test("limits hold for a folder too", async () => {
  await expect(fetchLocally(plugin, { limits: { maxEntries: 2 } })).rejects.toMatchObject({
    code: "archive_too_many_files",
  });
  await expect(fetchLocally(plugin, { limits: { maxBytes: 1 } })).rejects.toMatchObject({
    code: "archive_too_large",
  });
});
