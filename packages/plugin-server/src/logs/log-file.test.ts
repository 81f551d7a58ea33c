import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openLogFile } from "./log-file.ts";
import type { LogLine } from "./plugin-log.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "noxus-log-"));
});
afterEach(() => rm(folder, { recursive: true }));

const line = (text: string, more: Partial<LogLine> = {}): LogLine => ({
  at: new Date(),
  stream: "stdout",
  text,
  ...more,
});

test("the last lines are given in order, with stream, time, instance, run and node", async () => {
  const log = openLogFile({ folder });
  const at = new Date("2026-01-02T03:04:05.678Z");
  for (let n = 0; n < 10; n += 1) log.write(line(`line ${n}`));
  log.write(line("last", { at, stream: "stderr", instanceId: "i", runId: "r", nodeId: "n" }));
  const tail = await log.tail(3);
  expect(tail.map(({ text }) => text)).toEqual(["line 8", "line 9", "last"]);
  expect(tail[2]).toEqual({ at, stream: "stderr", text: "last", instanceId: "i", runId: "r", nodeId: "n" });
  expect(await openLogFile({ folder }).tail(1)).toEqual([tail[2]]);
});

test("two files of bounded size hold it, and the tail reaches into the older one", async () => {
  const log = openLogFile({ folder, maxFileBytes: 10_000 });
  for (let n = 0; n < 1000; n += 1) {
    log.write(line(`line ${n}`));
    if (n % 20 === 0) await log.flush();
  }
  const tail = await log.tail(100);
  expect(tail.at(-1)?.text).toBe("line 999");
  expect(tail.length).toBe(100);
  const files = await readdir(folder);
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(folder, file))).size));
  expect(files.sort()).toEqual(["current.jsonl", "previous.jsonl"]);
  expect(Math.max(...sizes)).toBeLessThan(14_000);
});

test("goes on after its folder was removed under it", async () => {
  const log = openLogFile({ folder });
  log.write(line("before"));
  await log.flush();
  await rm(folder, { recursive: true });
  log.write(line("lost"));
  await log.flush();
  log.write(line("after"));
  expect((await log.tail(3)).map(({ text }) => text)).toEqual(["after"]);
});

test("a flood is dropped beyond a limit, and says how many lines", async () => {
  const log = openLogFile({ folder });
  for (let n = 0; n < 50_000; n += 1) log.write(line(`line ${n} ${"x".repeat(100)}`));
  const tail = await log.tail(1);
  expect(tail[0]?.text).toMatch(/^\d+ lines dropped/);
});

test("followers see each line as it comes, until their signal ends", async () => {
  const log = openLogFile({ folder });
  const reading = new AbortController();
  const seen: string[] = [];
  const following = (async () => {
    for await (const { text } of log.follow(reading.signal)) {
      seen.push(text);
      if (seen.length === 2) reading.abort();
    }
  })();
  log.write(line("one"));
  log.write(line("two"));
  await following;
  expect(seen).toEqual(["one", "two"]);
});

test("a hidden value appears nowhere while anybody hides it; short ones are left alone", async () => {
  const log = openLogFile({ folder });
  const first = log.hide(["s3cret-value", "abc"]);
  const second = log.hide(["s3cret-value"]);
  log.write(line("it is s3cret-value, abc"));
  first();
  first();
  log.write(line("still s3cret-value"));
  second();
  log.write(line("now s3cret-value"));
  const texts = (await log.tail(3)).map(({ text }) => text);
  expect(texts).toEqual(["it is [redacted], abc", "still [redacted]", "now s3cret-value"]);
});

test("a folder that cannot be written fails nobody", async () => {
  const log = openLogFile({ folder: "/dev/null/nowhere" });
  log.write(line("lost"));
  await log.flush();
  expect(await log.tail(1)).toEqual([]);
});
