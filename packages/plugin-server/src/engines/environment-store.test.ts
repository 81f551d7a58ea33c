import { mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type FreshEngine, freshEngine, settingsOf } from "../../../../fixtures/engine.ts";
import { madeUpPlugin, projectFile, smallestPlugin } from "../../../../fixtures/plugin-files.ts";
import { wheelOf } from "../../../../fixtures/wheel.ts";
import { pythonOf, sitePackagesOf } from "./environment-store.ts";

/** A plugin that brings a stand-in for the SDK: its environment is made in a moment. */
const quickPlugin = () =>
  madeUpPlugin({
    "pyproject.toml": projectFile(),
    "small/__init__.py": smallestPlugin,
    "wheels/noxus_sdk-0.6.0-py3-none-any.whl": wheelOf("noxus_sdk", "0.6.0"),
  });

async function prepareQuick({ engine }: FreshEngine) {
  await using plugin = await quickPlugin();
  const facts = await engine.inspect(plugin, settingsOf());
  return await engine.prepare(plugin, facts, { signal: AbortSignal.timeout(60_000) });
}

test("an environment is made once, for two plugins that ask at the same time, and is there after a restart", async () => {
  await using fresh = await freshEngine();
  const [one, two] = await Promise.all([prepareQuick(fresh), prepareQuick(fresh)]);
  expect([one.reused, two.reused].sort()).toEqual([false, true]);
  expect(two.folder).toBe(one.folder);
  expect(await prepareQuick(fresh)).toMatchObject({ reused: true, sdkRelease: "0.6.0", python: one.python });
});

test("what a killed server left half-made is no environment: it is swept, and made anew", async () => {
  await using fresh = await freshEngine();
  const { folder } = await prepareQuick(fresh);
  await rm(join(folder, "environment.json"));
  await mkdir(join(fresh.environmentsFolder, ".trash-1"));
  expect(await prepareQuick(fresh)).toMatchObject({ reused: false });
  await rm(join(folder, "environment.json"));
  await fresh.engine.sweep();
  expect(await readdir(fresh.environmentsFolder)).toEqual([]);
});

test("a finished environment survives the sweep, and goes when no plugin uses it", async () => {
  await using fresh = await freshEngine();
  const { key } = await prepareQuick(fresh);
  await fresh.engine.sweep();
  expect(await fresh.engine.removeUnused(new Set([key]))).toEqual([]);
  expect(await readdir(fresh.environmentsFolder)).toEqual([key]);
  expect(await fresh.engine.removeUnused(new Set())).toEqual([key]);
  expect(await readdir(fresh.environmentsFolder)).toEqual([]);
});

test("an environment that lacks what was installed is found out, and made anew; additions are let be", async () => {
  await using fresh = await freshEngine();
  const environment = await prepareQuick(fresh);
  const sitePackages = await sitePackagesOf(environment.folder);
  await writeFile(join(sitePackages, "added.py"), "");
  expect(await fresh.engine.verify(environment)).toBe(true);
  await rename(join(sitePackages, "noxus_sdk.py"), join(sitePackages, "..", "gone.py"));
  expect(await fresh.engine.verify(environment)).toBe(false);
  expect(await prepareQuick(fresh)).toMatchObject({ reused: false });
  expect(await fresh.engine.verify(environment)).toBe(true);
});

test("an environment whose Python is gone from the machine is found out", async () => {
  await using fresh = await freshEngine();
  const environment = await prepareQuick(fresh);
  const python = pythonOf(environment.folder);
  await rm(python);
  await symlink("/no/such/python", python);
  expect(await fresh.engine.verify(environment)).toBe(false);
});

test("preparing that is cancelled leaves nothing behind", async () => {
  await using fresh = await freshEngine();
  await using plugin = await quickPlugin();
  const facts = await fresh.engine.inspect(plugin, settingsOf());
  const cancel = new AbortController();
  const prepared = fresh.engine.prepare(plugin, facts, {
    onProgress: () => cancel.abort(new Error("not wanted any more")),
    signal: cancel.signal,
  });
  await expect(prepared).rejects.toThrow("not wanted any more");
  expect(await readdir(fresh.environmentsFolder)).toEqual([]);
});
