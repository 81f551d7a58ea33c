import { cp, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noxusJson, runNoxus } from "../../../../fixtures/noxus-command.ts";

let cwd: string;
let path: string;
let key: string;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "noxus-sign-"));
  const hello = join(import.meta.dirname, "../../../../fixtures/plugins-ts/hello");
  ({ path } = await noxusJson<{ path: string }>(["plugin", "package", hello], { cwd }));
  ({ key } = await noxusJson<{ key: string }>(["plugin", "sign", path, "--new-key", "--key", "own.pem"], {
    cwd,
  }));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

const run = (...words: string[]) => runNoxus(["plugin", ...words], { cwd });

test("a package is verified with the author's key, and the private one is for nobody else to read", async () => {
  expect(await run("verify", path, "--key", key)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(key),
  });
  expect((await stat(join(cwd, "own.pem"))).mode & 0o777).toBe(0o600);
  expect(await readFile(`${path}.sig`, "utf8")).not.toContain("PRIVATE");
  expect((await run("sign", path, "--new-key", "--key", "own.pem")).stderr).toContain("is there already");
});

test("another's key, another package, a changed signature and a missing one are told apart", async () => {
  const other = `ed25519:${"A".repeat(43)}`;
  expect((await run("verify", path, "--key", other)).stderr).toMatch(
    /is signed by ed25519:.* trusted are: ed25519:AAA/,
  );
  expect((await run("verify", path)).stderr).toContain("trusted are: none");
  const copy = join(cwd, "copy.tar.gz");
  await cp(path, copy);
  expect((await run("verify", copy, "--key", key)).stderr).toContain("Expected a signature in");
  const signature = JSON.parse(await readFile(`${path}.sig`, "utf8"));
  await writeFile(`${copy}.sig`, JSON.stringify({ ...signature, release: "0".repeat(64) }));
  expect((await run("verify", copy, "--key", key)).stderr).toContain("It was made for the release 0000");
  await writeFile(`${copy}.sig`, JSON.stringify({ ...signature, key: other }));
  expect((await run("verify", copy, "--key", other)).stderr).toContain(
    "It was not made by the key that it names",
  );
  expect((await run("verify", path, "--key", "abc")).stderr).toContain("Expected a public key");
});
