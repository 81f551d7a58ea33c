import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockFolder } from "./folder-lock.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "noxus-lock-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a folder is locked once, and free again after its release", async () => {
  const first = await lockFolder(folder);
  await expect(lockFolder(folder)).rejects.toMatchObject({
    code: "data_folder_in_use",
    data: { pid: process.pid },
  });
  await first.release();
  await (await lockFolder(folder)).release();
});

test("the lock of a dead process is taken over", async () => {
  await lockOf({ pid: 2 ** 22 + 1, startTime: "1" });
  await lockFolder(folder);
  expect(JSON.parse(await readFile(join(folder, "lock"), "utf8"))).toMatchObject({ pid: process.pid });
});

test("the lock of a process whose number now belongs to another is taken over", async () => {
  await lockOf({ pid: process.pid, startTime: "before-the-flood" });
  await lockFolder(folder);
});

test("a lock that a crash left half-written is taken over", async () => {
  await writeFile(join(folder, "lock"), '{"pid": 12');
  await lockFolder(folder);
});

test("of many that find a stale lock, one gets the folder", async () => {
  await lockOf({ pid: 2 ** 22 + 1, startTime: "1" });
  const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
  expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("of many that want a folder at once, one gets it", async () => {
  const tries = await Promise.allSettled(Array.from({ length: 8 }, () => lockFolder(folder)));
  expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

function lockOf(owner: { pid: number; startTime: string }): Promise<void> {
  return writeFile(join(folder, "lock"), JSON.stringify({ ...owner, host: hostname() }));
}
