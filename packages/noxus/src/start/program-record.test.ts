import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ProgramRecord } from "./program-record.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "noxus-record-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a program that a killed life left is ended before the next life begins", async () => {
  const child = spawn("sleep", ["60"]);
  await once(child, "spawn");
  const ended = once(child, "exit");
  await new ProgramRecord(folder).note("worker", child.pid ?? 0);
  expect(await new ProgramRecord(folder).endLeftovers()).toEqual(["worker"]);
  expect((await ended)[1]).toBe("SIGKILL");
  expect(await new ProgramRecord(folder).endLeftovers()).toEqual([]);
});

test("a process that only has the pid of a former program is left alone", async () => {
  const record = { worker: { pid: process.pid, started: "long ago" } };
  writeFileSync(join(folder, "programs.json"), JSON.stringify(record));
  expect(await new ProgramRecord(folder).endLeftovers()).toEqual([]);
});

test("a damaged record is no record", async () => {
  writeFileSync(join(folder, "programs.json"), "{");
  expect(await new ProgramRecord(folder).endLeftovers()).toEqual([]);
});
