import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockFolder } from "./folder-lock.ts";
import { identify } from "./process-identity.ts";

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "noxus-lock-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const lock = () => lockFolder({ folder, advice: "Stop that one." });

test("a folder is locked once, and free again after its release", async () => {
  const first = await lock();
  await expect(lock()).rejects.toMatchObject({
    code: "data_folder_in_use",
    message: `The data folder ${folder} is in use by this process. Stop that one.`,
    data: { pid: process.pid },
  });
  await first.release();
  await (await lock()).release();
  expect(await readdir(folder)).toEqual([]);
});

test("the lock of a process holds as long as the process lives", async () => {
  const child = spawn("sleep", ["60"]);
  await once(child, "spawn");
  const owner = await identify(child.pid as number);
  await lockOf(owner as { pid: number; started: string });
  await expect(lock()).rejects.toThrow(`in use by process ${child.pid}`);
  child.kill("SIGKILL");
  await once(child, "exit");
  await lock();
  expect(JSON.parse(await readFile(join(folder, "lock"), "utf8"))).toMatchObject({ pid: process.pid });
});

test("the lock of a process whose number now belongs to another is taken over", async () => {
  await lockOf({ pid: process.pid, started: "before-the-flood" });
  await lock();
});

test("a lock of another machine is taken as held", async () => {
  await lockOf({ pid: 1, started: "1", host: "elsewhere" });
  await expect(lock()).rejects.toThrow(/process 1 on elsewhere/);
});

test("a lock that a crash left half-written is taken over", async () => {
  await writeFile(join(folder, "lock"), '{"pid": 12');
  await lock();
});

test("of many that find a stale lock, one gets the folder", async () => {
  for (let round = 0; round < 40; round += 1) {
    await lockOf({ pid: 2 ** 22 + 1, started: "1" });
    const tries = await Promise.allSettled(Array.from({ length: 8 }, lock));
    const taken = tries.filter((one) => one.status === "fulfilled");
    expect(taken).toHaveLength(1);
    await taken[0]?.value.release();
    expect(await readdir(folder)).toEqual([]);
  }
});

test("whoever died while it removed a stale lock is in nobody's way", async () => {
  await lockOf({ pid: 2 ** 22 + 1, started: "1" });
  const stale = await readFile(join(folder, "lock"), "utf8");
  const claim = createHash("sha256").update(stale).digest("hex").slice(0, 12);
  await writeFile(join(folder, `lock.${claim}`), stale);
  await (await lock()).release();
  expect(await readdir(folder)).toEqual([]);
});

test("of many that want a folder at once, one gets it", async () => {
  const tries = await Promise.allSettled(Array.from({ length: 8 }, lock));
  expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

function lockOf(owner: { pid: number; started: string; host?: string }): Promise<void> {
  return writeFile(join(folder, "lock"), JSON.stringify({ host: hostname(), ...owner }));
}
