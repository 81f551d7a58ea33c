import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchSource, type MarketplacePolicy, openPolicy } from "@noxus/plugin-server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GitServer, type Repository, startGitServer } from "../../../../fixtures/git-server.ts";
import { noxusJson, runNoxus } from "../../../../fixtures/noxus-command.ts";
import type { Published } from "./publish-plugin.ts";

let cwd: string;
let git: GitServer;
let marketplace: Repository;
beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "noxus-publish-"));
  git = await startGitServer();
  marketplace = await git.createRepository({ name: "market" });
  await git.commit(marketplace, { files: { "README.md": "A marketplace" } });
  const hello = join(import.meta.dirname, "../../../../fixtures/plugins-ts/hello");
  await cp(hello, join(cwd, "hello"), { recursive: true });
  // What Git gives differs from what lies on the disk, and the digest must be of what it gives.
  await writeFile(join(cwd, "hello/.gitattributes"), "NOTES text eol=crlf\n");
  await writeFile(join(cwd, "hello/NOTES"), "One line.\n");
});
afterAll(async () => {
  await git.close();
  await rm(cwd, { recursive: true, force: true });
});

const options = () => {
  const person = { GIT_AUTHOR_NAME: "A", GIT_AUTHOR_EMAIL: "a@example.com" };
  const committer = { GIT_COMMITTER_NAME: "A", GIT_COMMITTER_EMAIL: "a@example.com" };
  return { cwd, env: { ...person, ...committer, XDG_CACHE_HOME: join(cwd, "cache") } };
};
const words = (...more: string[]) => ["plugin", "publish", "hello", "--to", marketplace.folder, ...more];

async function change(file: string, from: RegExp, to: string): Promise<void> {
  const path = join(cwd, "hello", file);
  await writeFile(path, (await readFile(path, "utf8")).replace(from, to));
}

/** As a plugin server takes it. */
async function fetchVersion(version: string, into: string, policy = openPolicy(marketplace.url)) {
  return fetchSource(
    { type: "marketplace", name: "hello", version, repo_url: marketplace.url, branch: "main" },
    {
      into: join(cwd, into),
      allowLocal: false,
      localRoots: [],
      policy: async () => policy,
      uploads: () => Promise.reject(new Error("no uploads here")),
      environment: process.env,
      signal: AbortSignal.timeout(30_000),
    },
  );
}

test("a published version is what a plugin server installs, also after the next one", async () => {
  const first = await noxusJson<Published>(words(), options());
  expect(first).toMatchObject({ name: "hello", version: "1.0.0", folder: "hello", branch: "main" });
  expect((await runNoxus(words(), options())).stderr).toContain(
    "is published already, exactly as it is here",
  );
  await change("index.ts", /title: "Greet"/, 'title: "Welcome"');
  expect((await runNoxus(words(), options())).stderr).toContain(
    "Version 1.0.0 is published, and was another plugin",
  );
  await change("index.ts", /version: "1.0.0"/, 'version: "1.1.0"');
  await change("package.json", /1\.0\.0/, "1.1.0");
  expect(await noxusJson(words("--branch", "next"), options())).toMatchObject({ branch: "next" });
  expect(await noxusJson(words(), options())).toMatchObject({ version: "1.1.0", branch: "main" });
  const old = await fetchVersion("1.0.0", "old");
  expect(await readFile(join(old.folder, "index.ts"), "utf8")).toContain('title: "Greet"');
  const next = await fetchVersion("1.1.0", "next");
  expect(await readFile(join(next.folder, "index.ts"), "utf8")).toContain('title: "Welcome"');
});

test("a signed version is what a plugin server takes that trusts nobody else, and a signature can follow", async () => {
  await change("index.ts", /version: "1.1.0"/, 'version: "1.2.0"');
  await change("package.json", /1\.1\.0/, "1.2.0");
  const unsigned = await noxusJson<Published>(words(), options());
  expect(unsigned.key).toBeUndefined();
  const signed = await noxusJson<Published>(words("--key", "release.pem", "--new-key"), options());
  expect(signed).toMatchObject({ version: "1.2.0", release: unsigned.release });
  const { key = "" } = signed;
  const trusting = requiring(key);
  const fetched = await fetchVersion("1.2.0", "signed", trusting);
  expect(fetched.signature).toEqual({ key, signer: "Release", trusted: true });
});

test("a published version stays what it is, though its nodes are the same", async () => {
  await change("index.ts", /$/, "// Another comment.\n");
  const { stderr } = await runNoxus(words("--key", "release.pem"), options());
  expect(stderr).toMatch(/hello 1\.2\.0 is published with other files \(release [0-9a-f]{12}, these are/);
  expect(stderr).toContain("Raise the version");
});

function requiring(key: string): MarketplacePolicy {
  const { marketplaces, ...policy } = openPolicy(marketplace.url);
  const signatures = "required" as const;
  const keys = [{ key, name: "Release" }];
  return { ...policy, marketplaces: marketplaces.map((one) => ({ ...one, signatures, keys })) };
}

test("a marketplace that cannot be reached is told in Git's words", async () => {
  const nowhere = await runNoxus(["plugin", "publish", "hello", "--to", join(cwd, "nowhere")], options());
  expect(nowhere).toMatchObject({ code: 1, stderr: expect.stringMatching(/git clone failed: .*nowhere/) });
  expect((await runNoxus(["plugin", "publish", "hello"], options())).stderr).toContain("Say where to");
});
