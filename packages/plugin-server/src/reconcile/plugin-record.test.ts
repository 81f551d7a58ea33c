import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DesiredPlugins } from "./desired-plugins.ts";
import { emptyRecord, PluginRecords } from "./plugin-record.ts";

const id = "0b6f0f0c-0f5a-4b0e-9d43-1f6a3b5b8d11";
const damagedId = "5d1f0a52-6a43-4f6a-8a63-2f9f6a8c7d10";
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "noxus-records-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a record is there again after a restart; a damaged one is told and empty, and can be removed", async () => {
  const records = new PluginRecords(folder);
  await records.load(() => {});
  await records.save({ ...emptyRecord(id), name: "echo", observedGeneration: 4 });
  await writeFile(join(folder, `${damagedId}.json`), '{"id":');
  const damaged: string[] = [];
  const loaded = await new PluginRecords(folder).load((file) => damaged.push(file));
  expect(loaded).toHaveLength(2);
  expect(loaded).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ id, name: "echo", observedGeneration: 4 }),
      emptyRecord(damagedId),
    ]),
  );
  expect(damaged).toEqual([`${damagedId}.json`]);
  await records.remove(damagedId);
  expect(await readdir(folder)).toEqual([`${id}.json`]);
});

test("a record that is removed while it is being written stays removed", async () => {
  const records = new PluginRecords(folder);
  const record = { ...emptyRecord(id), name: "x".repeat(1_000_000) };
  await Promise.all([records.save(record), records.save(record), records.remove(id)]);
  expect(await readdir(folder)).toEqual([]);
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
