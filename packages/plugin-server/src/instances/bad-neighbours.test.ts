import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import {
  execution,
  type StartedPlugin,
  scriptLaunch,
  startPlugin,
  startScript,
  textOf,
} from "../../../../fixtures/script-plugin.ts";
import { markedProcesses } from "./process-tree.ts";

const quiet = "serve(({ id }, pass) => pass(id, '1'));";

/**
 * How many times as long a call to a quiet plugin may take beside a bad one. On two cores the bad one and its reader take
 * one each, so some slowing is the machine's own; a call that waits for the bad one's output takes hundreds of times as long.
 */
const mostTimesAsLong = 10;
const windowMs = 1_000;

test.each([
  [
    "writes 100 MB/s of logs",
    `const line = ("x".repeat(99) + "\\n").repeat(10000);
     const flood = () => process.stderr.write(line, () => setTimeout(flood, 10));
     serve(({ id }, pass) => { pass(id, '1'); flood(); });`,
  ],
  [
    "writes garbage where its answers should be",
    `const garbage = Buffer.alloc(1 << 20, 0xfe);
     const flood = () => process.stdout.write(garbage, () => setTimeout(flood, 10));
     serve(({ id }, pass) => { pass(id, '1'); flood(); });`,
  ],
  [
    "answers every call a thousand times",
    `const flood = (id, pass) => { for (let n = 0; n < 1000; n += 1) pass(id, '1'); setTimeout(flood, 10, id, pass); };
     serve(({ id }, pass) => flood(id, pass));`,
  ],
])("a plugin that %s slows no other", async (_, script) => {
  await using good = await startScript("stdio", quiet);
  await using bad = await startScript("stdio", script);
  await meanMs(good);
  const before = await meanMs(good);
  await textOf(await bad.instance.call(execution("begin")));
  const beside = await meanMs(good);
  expect(beside / before).toBeLessThan(mostTimesAsLong);
});

test("a plugin that forks faster than it is ended leaves nothing", async () => {
  const marker = randomUUID();
  // Every child makes two more, in sessions of their own, up to a number that no machine minds.
  const script = `
    const { spawn } = require("node:child_process");
    const shell = 'n=$1; [ $n -gt 0 ] && { setsid sh -c "$0" "$0" $((n-1)) & setsid sh -c "$0" "$0" $((n-1)) & }; exec sleep 300';
    serve(({ id }, pass) => { spawn("sh", ["-c", shell, shell, "4"], { stdio: "ignore", detached: true }).unref(); pass(id, "1"); });`;
  await using plugin = startPlugin(scriptLaunch("stdio", script, marker));
  await plugin.instance.ready;
  const left = () => markedProcesses((found) => found === marker);
  await textOf(await plugin.instance.call(execution("fork")));
  await expect.poll(async () => (await left()).length).toBeGreaterThan(3);
  await plugin.instance.stop({ drainMs: 0 });
  expect(await left()).toEqual([]);
});

/** The mean of calls one after another, for long enough that the bad one is at work many times meanwhile; stalls count. */
async function meanMs({ instance }: StartedPlugin): Promise<number> {
  const startedAt = performance.now();
  let calls = 0;
  for (; performance.now() - startedAt < windowMs; calls += 1)
    await textOf(await instance.call(execution("n")));
  return (performance.now() - startedAt) / calls;
}
