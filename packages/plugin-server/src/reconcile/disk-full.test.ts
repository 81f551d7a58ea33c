import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPluginServer, type TestPluginServer } from "../../../../fixtures/plugin-server.ts";
import { pluginFixture } from "../../../../fixtures/plugins.ts";

/** A disk of its own that is quickly full: only root may mount one, and not in every container. */
const root = mkdtempSync(join(tmpdir(), "noxus-disk-"));
const disk = join(root, "disk");
const mounted = mountDisk();

const id = "0199d2a4-0000-7000-8000-00000000d15c";
let server: TestPluginServer;

describe.skipIf(mounted !== undefined)(`a full disk${mounted ? ` (skipped: ${mounted})` : ""}`, () => {
  beforeAll(async () => {
    server = await startPluginServer({ dataFolder: disk });
  });
  afterAll(async () => {
    await server?.stop();
    execFileSync("umount", [disk]);
    rmSync(root, { recursive: true, force: true });
  });

  test("fails an install with its own code, leaves nothing of it, and is over when there is space", async () => {
    const plugin = join(root, "echo");
    cpSync(pluginFixture("echo"), plugin, { recursive: true });
    writeFileSync(join(plugin, "echo", "large.bin"), Buffer.alloc(8 * 1024 * 1024, 1));
    await server.put({ id, generation: 1, source: { type: "local", path: plugin } });
    const failed = await server.until(id, "error");
    expect(failed.failure).toMatchObject({ code: "disk_full", stage: "fetch" });
    expect(readdirSync(join(disk, "plugin-server", "tmp"))).toEqual([]);
    expect(readdirSync(join(disk, "plugin-server", "releases"))).toEqual([]);

    execFileSync("mount", ["-o", "remount,size=64m", disk]);
    await server.request("POST", `/plugins/${id}/retry`);
    await server.until(id, "running");
  });
});

function mountDisk(): string | undefined {
  mkdirSync(disk);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", disk], { stdio: "pipe" });
    return undefined;
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    return `a tmpfs cannot be mounted here: ${(error as Error).message.split("\n")[1] ?? ""}`;
  }
}
