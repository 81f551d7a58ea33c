import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DesiredPlugins } from "./desired-plugins.ts";
import { emptyRecord, PluginRecords } from "./plugin-record.ts";

const id = "0b6f0f0c-0f5a-4b0e-9d43-1f6a3b5b8d11";
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "noxus-records-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a record is there again after a restart; a damaged one is told and left out", async () => {
  const records = new PluginRecords(folder);
  await records.load(() => {});
  await records.save({ ...emptyRecord(id), name: "echo", observedGeneration: 4 });
  await writeFile(join(folder, "damaged.json"), '{"id":');
  const damaged: string[] = [];
  const loaded = await new PluginRecords(folder).load((file) => damaged.push(file));
  expect(loaded).toMatchObject([{ id, name: "echo", observedGeneration: 4 }]);
  expect(damaged).toEqual(["damaged.json"]);
  await records.remove(id);
  expect(await readdir(folder)).toEqual(["damaged.json"]);
});

test("the last list is kept for its owner's eyes only; a damaged one is as good as none", async () => {
  const path = join(folder, "desired.json");
  const plugin = {
    id,
    generation: 1,
    source: { type: "git" as const, repo_url: "x", branch: "main", token: "t" },
  };
  const list = { revision: 7, plugins: [plugin] };
  const desired = new DesiredPlugins(path);
  expect(await desired.take(list as never)).toEqual([id]);
  expect(await desired.take({ ...list, revision: 6, plugins: [] })).toEqual([]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);

  const again = new DesiredPlugins(path);
  await again.load(() => {});
  expect([again.revision, again.ids]).toEqual([7, [id]]);
  await writeFile(path, "{");
  const damaged = new DesiredPlugins(path);
  const problems: unknown[] = [];
  await damaged.load((error) => problems.push(error));
  expect([damaged.known, problems.length]).toEqual([false, 1]);
});
