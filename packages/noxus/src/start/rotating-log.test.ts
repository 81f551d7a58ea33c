import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { RotatingLog } from "./rotating-log.ts";

test("a grown log begins a new file and only the newest old ones stay", async () => {
  const folder = mkdtempSync(join(tmpdir(), "noxus-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "platform.log");
  const log = new RotatingLog(path, { maxBytes: 10, keep: 2 });
  for (const line of ["one 5678\n", "two 5678\n", "three 78\n", "four 678\n", "five\n"])
    log.write(Buffer.from(line));
  await log.close();
  expect(readdirSync(folder).sort()).toEqual(["platform.log", "platform.log.1", "platform.log.2"]);
  expect(readFileSync(path, "utf8")).toBe("five\n");
  expect(readFileSync(`${path}.2`, "utf8")).toBe("three 78\n");
});

test("a log goes on where its file ended", async () => {
  const folder = mkdtempSync(join(tmpdir(), "noxus-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "worker.log");
  for (const line of ["first life\n", "second life\n"]) {
    const log = new RotatingLog(path);
    log.write(Buffer.from(line));
    await log.close();
  }
  expect(readFileSync(path, "utf8")).toBe("first life\nsecond life\n");
});
