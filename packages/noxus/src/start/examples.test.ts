import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noxusJson, runNoxus, type StartedNoxus, startNoxus } from "../../../../fixtures/noxus-command.ts";
import type { CommandContext } from "../command-line/define.ts";
import { createPlatformClient } from "../connection/platform-client.ts";
import { createTerminal } from "../terminal/terminal.ts";
import { installExamples } from "./examples.ts";
import { readSecrets } from "./secrets.ts";

let cwd: string;
let folder: string;
let noxus: StartedNoxus;

beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "noxus-examples-"));
  folder = join(cwd, "examples");
  mkdirSync(join(folder, "workflows"), { recursive: true });
  for (const name of ["hello", "exits-at-start"])
    cpSync(join(import.meta.dirname, "../../../../fixtures/plugins-ts", name), join(folder, name), {
      recursive: true,
    });
  noxus = await startNoxus(["--no-examples"], { cwd });
});
afterAll(async () => {
  await noxus?.stop();
  rmSync(cwd, { recursive: true, force: true });
});

/** What a start tells of its examples, one line each. */
async function startExamples(): Promise<string[]> {
  const { url, dataFolder } = noxus;
  const told: string[] = [];
  const client = createPlatformClient({ url, apiKey: readSecrets(dataFolder).adminKey, dataFolder });
  const context: CommandContext = {
    env: {},
    cwd,
    signal: new AbortController().signal,
    terminal: {
      ...createTerminal({ json: true, color: false }),
      note: (line) => void told.push(line.trim()),
    },
    url,
    dataFolder,
    verbose: false,
    connect: () => client,
  };
  await installExamples(context, { dataFolder, since: 0, folder });
  return told.sort();
}

const nameAndMark = (line: string) => line.split(/\s+/).slice(0, 2).join(" ");

test("an example that fails is told at every start, and keeps no other from running", async () => {
  const first = await startExamples();
  expect(first.map(nameAndMark)).toEqual(["✓ hello", "✗ exits-at-start"]);
  expect(first[1]).toMatch(/exits-at-start .*code 3/);
  expect((await startExamples()).map(nameAndMark)).toEqual(["✓ hello", "✗ exits-at-start"]);
});

test("an example that was uninstalled does not come back", async () => {
  for (const name of ["hello", "exits-at-start"])
    expect(await runNoxus(["plugin", "uninstall", name], { cwd })).toMatchObject({ code: 0 });
  expect(await startExamples()).toEqual([]);
  expect(await noxusJson<unknown[]>(["plugin", "list"], { cwd })).toEqual([]);
});
