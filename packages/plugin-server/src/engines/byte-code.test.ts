import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { freshEngine, settingsOf } from "../../../../fixtures/engine.ts";
import { madeUpPlugin, projectFile, smallestPlugin } from "../../../../fixtures/plugin-files.ts";
import { wheelOf } from "../../../../fixtures/wheel.ts";
import { ByteCode } from "./byte-code.ts";
import { sitePackagesOf } from "./environment-store.ts";

async function prepareQuick({ engine }: Awaited<ReturnType<typeof freshEngine>>) {
  await using plugin = await madeUpPlugin({
    "pyproject.toml": projectFile(),
    "small/__init__.py": smallestPlugin,
    "wheels/noxus_sdk-0.6.0-py3-none-any.whl": wheelOf("noxus_sdk", "0.6.0"),
  });
  const facts = await engine.inspect(plugin, settingsOf());
  const environment = await engine.prepare(plugin, facts, { signal: AbortSignal.timeout(60_000) });
  return { release: plugin, facts, environment };
}

test("byte-code is made beside the first start, and not before", async () => {
  await using fresh = await freshEngine();
  const { release, facts, environment } = await prepareQuick(fresh);
  const cache = join(await sitePackagesOf(environment.folder), "__pycache__");
  expect(existsSync(cache)).toBe(false);
  await fresh.engine.launch({
    pluginId: "small",
    release,
    facts,
    environment,
    settings: settingsOf(),
    scratchFolder: fresh.environmentsFolder,
    marker: "small",
  });
  await vi.waitUntil(() => existsSync(join(environment.folder, ".byte-code")), { timeout: 30_000 });
  expect(await readdir(cache)).toContainEqual(expect.stringMatching(/^noxus_sdk\.cpython-\d+\.pyc$/));
  expect(await fresh.engine.verify(environment)).toBe(true);
});

test("it ends when the engine closes, and the rest is made at the next start", async () => {
  await using fresh = await freshEngine();
  const { environment } = await prepareQuick(fresh);
  const byteCode = new ByteCode();
  byteCode.compileInBackground(environment.folder);
  byteCode.compileInBackground(environment.folder);
  await byteCode.close();
  expect(existsSync(join(environment.folder, ".byte-code"))).toBe(false);
  const next = new ByteCode();
  next.compileInBackground(environment.folder);
  await vi.waitUntil(() => existsSync(join(environment.folder, ".byte-code")), { timeout: 30_000 });
  await next.close();
});
