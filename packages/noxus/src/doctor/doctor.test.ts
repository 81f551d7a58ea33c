import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runNoxus } from "../../../../fixtures/noxus-command.ts";
import { startTestPlatform } from "../../../../fixtures/platform.ts";
import type { Finding } from "./finding.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "noxus-doctor-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

/** What doctor says of one thing, and its exit code. */
async function diagnose(name: string, env: Record<string, string>) {
  const { code, stdout } = await runNoxus(["doctor", "--json"], { cwd, env });
  const { findings } = JSON.parse(stdout) as { findings: Finding[] };
  return { code, ...findings.find((finding) => finding.name === name) };
}

test("a platform that does not answer is a failure, with how to start or correct it", async () => {
  const env = { NOXUS_BACKEND_URL: "http://127.0.0.1:2", NOXUS_API_KEY: "k" };
  expect(await diagnose("platform", env)).toMatchObject({
    code: 1,
    level: "fail",
    message: expect.stringContaining("http://127.0.0.1:2 does not answer"),
    whatToDo: expect.stringContaining("NOXUS_BACKEND_URL"),
  });
});

test("a port that another program has is named with that program, and how to take another", async () => {
  const taken = createServer().listen(0, "127.0.0.1");
  await once(taken, "listening");
  const { port } = taken.address() as AddressInfo;
  try {
    expect(await diagnose("ports", { NOXUS_PORT: String(port), PLUGIN_SERVER_PORT: "0" })).toMatchObject({
      code: 1,
      level: "fail",
      message: expect.stringMatching(new RegExp(`^taken: ${port} by .*pid ${process.pid}\\)`)),
      whatToDo: expect.stringContaining("NOXUS_PORT"),
    });
  } finally {
    taken.close();
  }
});

test("what is not on PATH is said: Git is needed, uv comes by itself", async () => {
  const env = { PATH: cwd };
  expect(await diagnose("Git", env)).toMatchObject({ code: 1, level: "fail", message: "not found on PATH" });
  expect(await diagnose("uv", env)).toMatchObject({
    level: "ok",
    message: expect.stringContaining("not on PATH; it is taken from the Python package index"),
  });
  expect(await diagnose("Python", env)).toMatchObject({
    level: "warn",
    message: expect.stringContaining("none found on PATH"),
    whatToDo: expect.stringContaining("install python3"),
  });
});

const disk = mkdtempSync(join(tmpdir(), "noxus-doctor-disk-"));
const noDisk = mountSmallDisk(disk);
afterAll(() => {
  if (noDisk === undefined) execFileSync("umount", [disk]);
  rmSync(disk, { recursive: true });
});

test.skipIf(noDisk !== undefined)(`a nearly full disk is a failure${noDisk ?? ""}`, async () => {
  expect(await diagnose("disk", { NOXUS_DATA_FOLDER: join(disk, "data") })).toMatchObject({
    code: 1,
    level: "fail",
    message: "0.1 GiB free",
    whatToDo: expect.stringContaining("free some space"),
  });
});

/** Why it cannot be. */
function mountSmallDisk(folder: string): string | undefined {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], { stdio: "pipe" });
    return undefined;
  } catch (error) {
    return ` (skipped: a tmpfs cannot be mounted here: ${(error as Error).message.split("\n")[1] ?? ""})`;
  }
}

test("plugins that no plugin server takes up are a failure, with how to start one", async () => {
  const platform = await startTestPlatform();
  try {
    const source = { type: "local", path: "/srv/nobody-takes-me" };
    await platform.json("/v1/plugins", { body: { source } });
    const env = { NOXUS_BACKEND_URL: platform.url, NOXUS_API_KEY: platform.adminKey };
    expect(await diagnose("plugins", env)).toMatchObject({
      code: 1,
      level: "fail",
      message: "1 of 1 are taken up by no plugin server",
      whatToDo: expect.stringContaining("noxus plugin-server"),
    });
    expect(await diagnose("plugin servers", env)).toMatchObject({
      code: 1,
      level: "fail",
      message: "none has ever registered",
    });
  } finally {
    await platform.stop();
  }
});
