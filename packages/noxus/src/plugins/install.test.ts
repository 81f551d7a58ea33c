import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createKeyring } from "@noxus/service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CommandOptions, runNoxus } from "../../../../fixtures/noxus-command.ts";
import { startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";

/** Nobody fetches anything here: what counts is what the platform is told. */
let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform?.stop());

async function install(name: string, words: string[], options: Partial<CommandOptions> = {}) {
  const env = { NOXUS_BACKEND_URL: platform.url, NOXUS_API_KEY: platform.adminKey, ...options.env };
  const url = `https://git.example/${name}.git`;
  const told = await runNoxus(["plugin", "install", url, "--no-wait", ...words], {
    cwd: platform.dataFolder,
    ...options,
    env,
  });
  expect(told).toMatchObject({ code: 0 });
  return { printed: told.stdout + told.stderr, ...(await stored(url)) };
}

/** What the database holds of a source: in clear, and what is sealed, opened with the platform's own key. */
async function stored(url: string): Promise<{ source: object; secrets: object }> {
  const { rows } = await platform.database.pool.query<{ source: object; source_secrets_encrypted: string }>(
    "select source, source_secrets_encrypted from plugins where source->>'repo_url' = $1",
    [url],
  );
  const keys = await readFile(join(platform.dataFolder, "encryption-key"), "utf8");
  const sealed = rows[0]?.source_secrets_encrypted ?? "";
  return { source: rows[0]?.source ?? {}, secrets: JSON.parse(createKeyring(keys.trim()).open(sealed)) };
}

test("a token from standard input loses its newline, is sealed, and is shown nowhere", async () => {
  const { printed, source, secrets } = await install("by-token", ["--token-stdin"], {
    input: "t0ken-1234\n",
  });
  expect(secrets).toMatchObject({ token: "t0ken-1234" });
  expect(JSON.stringify(source) + printed).not.toContain("t0ken-1234");
});

test.each([
  ["standard input", "by-stdin", ["--password-stdin"], { input: "pa55 word\n" }],
  [
    "an environment variable",
    "by-env",
    ["--password-env", "GIT_PASSWORD"],
    { env: { GIT_PASSWORD: "pa55 word" } },
  ],
])("a user's password from %s is sealed and shown nowhere", async (_, name, words, options) => {
  const { printed, source, secrets } = await install(name, ["--username", "ada", ...words], options);
  expect({ ...source, ...secrets }).toMatchObject({ username: "ada", password: "pa55 word" });
  expect(JSON.stringify(source) + printed).not.toContain("pa55 word");
});
