import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { identify } from "@noxus/service/base";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Child } from "./child.ts";
import { RotatingLog } from "./rotating-log.ts";

/** The plugin server is the program that needs nothing but a folder. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "noxus-child-"));
  writeFileSync(join(folder, "plugins.yaml"), "plugins: {}\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function environment(more: Record<string, string> = {}): Record<string, string | undefined> {
  return {
    PATH: process.env.PATH,
    NOXUS_DATA_FOLDER: folder,
    PLUGIN_SERVER_PLUGINS_FILE: join(folder, "plugins.yaml"),
    PLUGIN_SERVER_PORT: "0",
    ...more,
  };
}

function startChild(env = environment()): { child: Child; news: string[]; log: RotatingLog } {
  const news: string[] = [];
  const log = new RotatingLog(join(folder, "plugin-server.log"));
  const child = new Child({ name: "plugin-server", env, log, onNews: (line) => news.push(line) });
  return { child, news, log };
}

test("a program that dies is started again, and both are told", async () => {
  const { child, news } = startChild();
  expect(await child.ready).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const first = child.pid ?? 0;
  process.kill(first, "SIGKILL");
  await vi.waitFor(() => expect(news.at(-1)).toMatch(/^plugin-server is back/), { timeout: 20_000 });
  expect(news[0]).toMatch(/^plugin-server ended \(signal SIGKILL\); starting it again in/);
  expect(child.pid).not.toBe(first);
  await child.stop();
  expect(await identify(child.pid ?? 0)).toBeUndefined();
});

test("what a program writes is in its log", async () => {
  const { child, log } = startChild();
  await child.ready;
  await child.stop();
  await log.close();
  expect(readFileSync(log.path, "utf8")).toContain("the plugin server takes calls");
});

test("a first life that fails is told in the program's own words, and is not tried again", async () => {
  const { child, news } = startChild(environment({ PLUGIN_SERVER_PORT: "many" }));
  await expect(child.ready).rejects.toMatchObject({
    code: "configuration_invalid",
    message: expect.stringMatching(/plugin-server did not start \(exit code 1\): .*PLUGIN_SERVER_PORT/s),
  });
  expect(news).toEqual([]);
  await child.stop();
});

test("a stop while it starts ends it", async () => {
  const { child } = startChild();
  await child.stop();
  await expect(child.ready).rejects.toThrow();
});

test("the program ends when its parent is killed", async () => {
  const script = `
    import { Child } from ${JSON.stringify(join(import.meta.dirname, "child.ts"))};
    import { RotatingLog } from ${JSON.stringify(join(import.meta.dirname, "rotating-log.ts"))};
    const log = new RotatingLog(${JSON.stringify(join(folder, "log"))});
    const child = new Child({ name: "plugin-server", env: ${JSON.stringify(environment())}, log, onNews: () => {} });
    await child.ready;
    console.log(child.pid);
  `;
  writeFileSync(join(folder, "parent.mjs"), script);
  const parent = spawn(process.execPath, ["--conditions=noxus-source", join(folder, "parent.mjs")]);
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  const pid = Number(line.toString());
  expect(await identify(pid)).toBeDefined();
  parent.kill("SIGKILL");
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 15_000 });
});

/** A dead process whose parent is dead too may stay as a zombie where nobody collects it. */
function isRunning(pid: number): boolean {
  try {
    return !execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).startsWith("Z");
  } catch {
    return false;
  }
}
