import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildProgram } from "./program.ts";

const bin = join(import.meta.dirname, "../../bin/noxus.mjs");
let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "noxus-run-"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

function noxus(words: string[], env: Record<string, string> = {}): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const { PATH } = process.env;
  execFile(process.execPath, [bin, ...words], { cwd, env: { PATH, ...env } }, (error, stdout, stderr) =>
    resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
  );
  return promise;
}

test("--version and --help end with 0", async () => {
  const [version, help] = await Promise.all([noxus(["--version"]), noxus(["--help"])]);
  expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "" });
  expect(help.code).toBe(0);
  for (const command of ["start", "plugin", "node", "workflow", "run", "doctor"])
    expect(help.stdout).toContain(`  ${command}`);
});

test("every command's help shows an example of it", async () => {
  const program = buildProgram({ env: {}, cwd, signal: AbortSignal.timeout(10_000) });
  const commands = program.commands.flatMap((command) => leaves(command, ["noxus"]));
  expect(commands.map(([words]) => words.join(" "))).toEqual(
    expect.arrayContaining(["noxus start", "noxus plugin install", "noxus run cancel"]),
  );
  const without = commands
    .filter(([words, command]) => !exampleOf(words.join(" ")).test(helpOf(command)))
    .map(([words]) => words.join(" "));
  expect(without, "commands without an example of themselves").toEqual([]);
});

/** What can be run, with all words that lead to it. */
function leaves(command: Command, before: string[]): [words: string[], command: Command][] {
  const words = [...before, command.name()];
  if (command.commands.length === 0) return [[words, command]];
  return command.commands.flatMap((inner) => leaves(inner, words));
}

/** As `--help` prints it, with what comes after it. */
function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

const exampleOf = (words: string) => new RegExp(`^ {2}\\$ (.* )?${words}( |$)`, "m");

test("a mistyped command is answered with the nearest one and code 2", async () => {
  expect(await noxus(["plugin", "instal", "x"])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("Did you mean install?"),
  });
});

test("without a platform the error says how to get one, without a stack, and with --json as JSON", async () => {
  const plain = await noxus(["plugin", "list"]);
  expect(plain).toMatchObject({ code: 1, stdout: "" });
  expect(plain.stderr).toMatch(/^error: No platform is known: .*npx noxus start.*\n$/);
  const json = await noxus(["plugin", "list", "--json"]);
  expect(JSON.parse(json.stderr)).toMatchObject({ error: "configuration_invalid" });
});

test("a platform that does not answer is named, with what to check", async () => {
  const env = { NOXUS_BACKEND_URL: "http://127.0.0.1:2", NOXUS_API_KEY: "k" };
  expect((await noxus(["node", "list"], env)).stderr).toMatch(
    /^error: The platform at http:\/\/127.0.0.1:2 does not answer .*NOXUS_BACKEND_URL/,
  );
});
