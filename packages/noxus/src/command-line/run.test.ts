import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

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

test("every command's help shows an example", async () => {
  const commands = [
    ...["start", "platform", "worker", "plugin-server", "console", "doctor"].map((name) => [name]),
    ...["install", "list", "show", "logs", "configure", "reload", "retry", "uninstall"].map((name) => [
      "plugin",
      name,
    ]),
    ...[
      "create",
      "dev",
      "call",
      "test",
      "validate",
      "generate-manifest",
      "package",
      "sign",
      "verify",
      "publish",
    ].map((name) => ["plugin", name]),
    ...["list", "show"].map((name) => ["node", name]),
    ...["create", "list", "show", "delete", "run"].map((name) => ["workflow", name]),
    ...["list", "show", "follow", "cancel", "pause", "resume"].map((name) => ["run", name]),
    ...["restart", "replay", "waits", "approve", "reject"].map((name) => ["run", name]),
  ];
  const { runCommandLine } = await import("./run.ts");
  const texts: string[] = [];
  const write = process.stdout.write;
  process.stdout.write = ((text: string) => texts.push(text) > 0) as typeof write;
  try {
    for (const words of commands)
      expect(await runCommandLine([...words, "--help"], { signal: AbortSignal.timeout(10_000) })).toBe(0);
  } finally {
    process.stdout.write = write;
  }
  const all = texts.join("");
  for (const words of commands)
    expect(all).toMatch(new RegExp(`Example:\n(  \\$ .*\n)*  \\$ noxus ${words.join(" ")}`));
});

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
