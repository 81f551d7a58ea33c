import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { createLogger } from "@noxus/service";
import { expect, onTestFinished, test } from "vitest";
import { markerOf } from "./marker.ts";
import { killMarked, markedProcesses } from "./process-tree.ts";
import { sweepOrphans } from "./sweep-orphans.ts";
import { startWatchdog } from "./watchdog.ts";

const logger = createLogger({ program: "test", level: "silent" });
const lifeOf = (name: string) => ({ server: `${name}${process.pid}`, life: `life${Date.now()}` });

const withMarker = (prefix: string) => markedProcesses((marker) => marker.startsWith(prefix));
const ofServer = (server: string) => withMarker(`${server}.`);

/** A plugin with a child in its group, one in a session of its own, and a daemon. */
const plugin = `
  const { spawn } = require("node:child_process");
  const idle = ["-e", "setInterval(() => {}, 1000)"];
  spawn(process.execPath, idle, { stdio: "ignore" });
  spawn(process.execPath, idle, { stdio: "ignore", detached: true }).unref();
  spawn("sh", ["-c", "(sleep 300 &) ; sleep 300"], { stdio: "ignore", detached: true }).unref();
  setInterval(() => {}, 1000);`;

/** A server program with its watchdog and that plugin; says when it has started both. */
const serverProgram = (life: { server: string; life: string }) => `
  import { spawn } from "node:child_process";
  import { createLogger } from "@noxus/service";
  import { startWatchdog } from "${new URL("./watchdog.ts", import.meta.url)}";
  const logger = createLogger({ program: "test", level: "silent" });
  const watchdog = startWatchdog({ ...${JSON.stringify(life)}, logger });
  spawn(process.execPath, ["-e", ${JSON.stringify(plugin)}], {
    detached: true, stdio: "ignore", env: { NOXUS_INSTANCE: "${markerOf({ ...life, instance: "one" })}", PATH: process.env.PATH },
  });
  console.log("started " + watchdog.pid);
  setInterval(() => {}, 1000);`;

test("kill -9 of the server leaves none of its plugins' processes, and no watchdog", async () => {
  const life = lifeOf("killed");
  const server = spawn(
    process.execPath,
    ["--conditions=noxus-source", "--input-type=module-typescript", "-e", serverProgram(life)],
    { stdio: ["ignore", "pipe", "inherit"], cwd: import.meta.dirname },
  );
  const lines = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
  const watchdog = Number(String((await lines.next()).value).split(" ")[1]);
  await expect
    .poll(async () => (await ofServer(life.server)).length, { timeout: 10_000 })
    .toBeGreaterThanOrEqual(5);
  server.kill("SIGKILL");
  await expect.poll(() => ofServer(life.server), { timeout: 10_000 }).toEqual([]);
  await expect.poll(() => isAlive(watchdog), { timeout: 10_000 }).toBe(false);
});

test("the sweep at start kills what other lives of the same server left, and nobody else's", async () => {
  const life = lifeOf("swept");
  const start = (marker: string) =>
    spawn(process.execPath, ["-e", plugin], {
      stdio: "ignore",
      detached: true,
      env: { NOXUS_INSTANCE: marker, PATH: process.env.PATH },
    });
  const markers = [
    markerOf({ ...life, life: "earlier", instance: "one" }),
    markerOf({ ...life, instance: "two" }),
    markerOf({ ...life, server: `${life.server}0`, instance: "three" }),
  ] as const;
  const [old, own, other] = [start(markers[0]), start(markers[1]), start(markers[2])];
  onTestFinished(async () => {
    await killMarked((found) => markers.some((marker) => marker === found));
  });
  const sizes = () => Promise.all(markers.map(async (marker) => (await withMarker(marker)).length));
  // Each of them, and not their sum: the slowest may still be starting its children when the others have all of theirs.
  await expect.poll(async () => Math.min(...(await sizes())), { timeout: 10_000 }).toBeGreaterThanOrEqual(5);
  expect(await sweepOrphans(life)).toBeGreaterThanOrEqual(5);
  // Killed, but there for its parent, this test, until that has heard of it.
  await expect.poll(() => isAlive(old.pid)).toBe(false);
  expect(isAlive(own.pid)).toBe(true);
  expect(isAlive(other.pid)).toBe(true);
  await sweepOrphans({ server: life.server, life: "none" });
  await sweepOrphans({ server: `${life.server}0`, life: "none" });
  expect(await sizes()).toEqual([0, 0, 0]);
});

test("a watchdog that is killed is replaced, and the last one ends with its server", async () => {
  const watchdog = startWatchdog({ ...lifeOf("watched"), logger });
  const first = watchdog.pid ?? 0;
  process.kill(first, "SIGKILL");
  await expect.poll(() => watchdog.pid).not.toBe(first);
  const second = watchdog.pid;
  await watchdog.stop();
  expect(isAlive(second)).toBe(false);
});

function isAlive(pid: number | undefined): boolean {
  try {
    return process.kill(pid ?? 0, 0);
  } catch {
    return false;
  }
}
