import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lockDataFolder } from "./lock.ts";
import { processStartTime } from "./process-start-time.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "noxus-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a second process is refused and told the pid of the first", () => {
  const unlock = lockDataFolder(folder);
  expect(() => lockDataFolder(folder)).toThrow(
    expect.objectContaining({ code: "data_folder_in_use", data: { pid: process.pid } }),
  );
  unlock();
  lockDataFolder(folder)();
  expect(existsSync(join(folder, "noxus.lock"))).toBe(false);
});

test("a lock whose process is dead is taken over", async () => {
  const child = spawn("sleep", ["60"]);
  await once(child, "spawn");
  const pid = child.pid ?? 0;
  writeFileSync(join(folder, "noxus.lock"), JSON.stringify({ pid, startTime: processStartTime(pid) }));
  expect(() => lockDataFolder(folder)).toThrow(`in use by process ${pid}`);
  child.kill("SIGKILL");
  await once(child, "exit");
  lockDataFolder(folder)();
});

test("a lock whose pid now belongs to another process is taken over", () => {
  writeFileSync(join(folder, "noxus.lock"), JSON.stringify({ pid: process.pid, startTime: "long ago" }));
  lockDataFolder(folder)();
});

test("a damaged lock is taken over", () => {
  writeFileSync(join(folder, "noxus.lock"), "{");
  lockDataFolder(folder)();
});
