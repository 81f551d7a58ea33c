import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import {
  cacheFolder,
  freshEngine,
  freshNodeEngine,
  releaseOf,
  settingsOf,
} from "../../../../fixtures/engine.ts";

const program = fileURLToPath(new URL("../../../../fixtures/prepare-environment.ts", import.meta.url));

test.for([
  ["uv", "echo", "resolving", freshEngine],
  ["node", "typescript/with-dependency", "installing", freshNodeEngine],
] as const)(
  "a server that is killed while it installs leaves nothing that the next one takes for an environment (%s)",
  async ([engineName, plugin, step, freshOf]) => {
    const environmentsFolder = await mkdtemp(join(tmpdir(), "noxus-environments-"));
    // A package manager that outlives its server may still write.
    const removal = { recursive: true, force: true, maxRetries: 20, retryDelay: 100 };
    onTestFinished(() => rm(environmentsFolder, removal));
    const release = releaseOf(plugin);
    const words = [program, environmentsFolder, cacheFolder, release.folder, engineName];
    const child = spawn(process.execPath, ["--conditions=noxus-source", ...words]);
    const exited = once(child, "exit");
    for await (const line of createInterface(child.stdout)) {
      if (line.startsWith(step)) child.kill("SIGKILL");
    }
    expect(await exited).toEqual([null, "SIGKILL"]);
    expect(await readdir(environmentsFolder)).toEqual([expect.stringMatching(/^\.building-/)]);

    await using fresh = await freshOf({}, environmentsFolder);
    await fresh.engine.sweep();
    const facts = await fresh.engine.inspect(release, settingsOf());
    const made = await fresh.engine.prepare(release, facts, { signal: AbortSignal.timeout(60_000) });
    expect(made.reused).toBe(false);
    expect(await fresh.engine.verify(made)).toBe(true);
  },
);
