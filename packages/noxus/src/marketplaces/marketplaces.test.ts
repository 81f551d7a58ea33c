import { generateKeyPairSync } from "node:crypto";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  MarketplacePluginList,
  MarketplacePluginView,
  Marketplaces,
  Plugin,
  PluginPreview,
} from "@noxus/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GitServer, type Repository, startGitServer } from "../../../../fixtures/git-server.ts";
import { noxusJson, runNoxus } from "../../../../fixtures/noxus-command.ts";
import { startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";
import { startPluginServer, type TestPluginServer } from "../../../../fixtures/plugin-server.ts";

let cwd: string;
let git: GitServer;
let market: Repository;
let platform: TestPlatform;
let server: TestPluginServer;
let annsKey: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), "noxus-marketplaces-"));
  git = await startGitServer();
  market = await git.createRepository({ name: "market" });
  await git.commit(market, { files: { "README.md": "A marketplace" } });
  await cp(join(import.meta.dirname, "../../../../fixtures/plugins-ts/hello"), join(cwd, "hello"), {
    recursive: true,
  });
  annsKey = await writeKey("ann.pem");
  await writeKey("stranger.pem");
  await writePolicy(annsKey);
  platform = await startTestPlatform();
  server = await startPluginServer({
    variables: {
      NOXUS_PLATFORM_URL: platform.url,
      PLUGIN_SERVER_PLATFORM_KEY: platform.platformKey,
      PLUGIN_SERVER_MARKETPLACES_FILE: join(cwd, "marketplaces.yaml"),
      PLUGIN_SERVER_REPORT_MS: "500",
    },
  });
}, 60_000);
afterAll(async () => {
  await server?.stop();
  await platform?.stop();
  await git.close();
  await rm(cwd, { recursive: true, force: true });
});

/** Gives the public key. */
async function writeKey(file: string): Promise<string> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  await writeFile(join(cwd, file), privateKey.export({ type: "pkcs8", format: "pem" }));
  return `ed25519:${publicKey.export({ format: "jwk" }).x}`;
}

function writePolicy(key: string): Promise<void> {
  const marketplace = {
    repo_url: market.url,
    name: "The team's",
    signatures: "required",
    keys: [{ key, name: "Ann" }],
  };
  const policy = { marketplaces: [marketplace], others: "refused" };
  // JSON is YAML too.
  return writeFile(join(cwd, "marketplaces.yaml"), JSON.stringify(policy));
}

const person = { GIT_AUTHOR_NAME: "A", GIT_AUTHOR_EMAIL: "a@example.com" };
const committer = { GIT_COMMITTER_NAME: "A", GIT_COMMITTER_EMAIL: "a@example.com" };
const options = () => ({
  cwd,
  env: { ...person, ...committer, NOXUS_BACKEND_URL: platform.url, NOXUS_API_KEY: platform.adminKey },
});
const noxus = (...words: string[]) => runNoxus(words, options());
const json = <T>(...words: string[]) => noxusJson<T>(words, options());

async function publish(version: string, ...words: string[]): Promise<void> {
  for (const file of ["index.ts", "package.json"]) {
    const path = join(cwd, "hello", file);
    const text = await readFile(path, "utf8");
    await writeFile(path, text.replace(/(version"?: )"[^"]+"/, `$1"${version}"`));
  }
  await json("plugin", "publish", "hello", "--to", market.folder, ...words);
}

test("what nobody trusted has signed is listed as refused, and is not installed", async () => {
  await writeFile(join(cwd, "hello/CHANGELOG.md"), "## 1.1.0\n\nFriendlier.\n\n## 1.0.0\n\nThe first.\n");
  await publish("1.0.0", "--key", "stranger.pem");
  const { plugins } = await json<MarketplacePluginList>("marketplace", "search", "HELLO");
  expect(plugins).toMatchObject([
    { name: "hello", version: "1.0.0", refused: { code: "signature_untrusted" }, installed: [] },
  ]);
  const refused = await noxus("plugin", "install", "hello", "--marketplace");
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("trusted are: Ann (ed25519:") });
  expect(refused.stderr).toContain("The installation was taken back");
}, 60_000);

test("what a trusted key has signed is found, looked at, installed, and told whose it is", async () => {
  await publish("1.1.0", "--key", "ann.pem");
  const shown = await platform.json<MarketplacePluginView>("/v1/marketplaces/plugins/hello");
  expect(shown.versions).toMatchObject([
    { version: "1.1.0", changes: "Friendlier.", signature: { signer: "Ann", trusted: true }, refused: null },
    { version: "1.0.0", changes: "The first.", refused: { code: "signature_untrusted" } },
  ]);
  const source = { type: "marketplace", name: "hello" };
  const preview = await platform.json<PluginPreview>("/v1/plugins/preview", { body: { source } });
  expect(preview).toMatchObject({ version: "1.1.0", problem: null, signature: { signer: "Ann" } });
  expect(preview.manifest?.nodes.length).toBeGreaterThan(0);
  expect(await platform.json("/v1/plugins"), "a preview installs nothing").toMatchObject({ items: [] });
  const plugin = await json<Plugin>("plugin", "install", "hello", "--marketplace", "--version", "1.1.0");
  expect(plugin.status).toBe("running");
  expect((await noxus("plugin", "show", "hello")).stdout).toContain(`Ann (${annsKey})`);
  const printed = (await noxus("marketplace", "show", "hello")).stdout;
  expect(printed).toMatch(/installed +1\.1\.0/);
  expect(printed).toMatch(/1\.1\.0 +\d{4}-\d\d-\d\d +Ann +[0-9a-f]{12}/);
}, 60_000);

test("a package on this machine is looked at, and not kept on the platform", async () => {
  const { path } = await json<{ path: string }>("plugin", "package", "hello");
  const looked = await noxus("plugin", "install", path, "--preview");
  expect(looked.stdout).toMatch(/installed +1\.1\.0/);
  expect(looked.stdout).toMatch(/size +\d+ files/);
  const { rows } = await platform.database.pool.query("select 1 from files");
  expect(rows).toEqual([]);
});

test("the operator's word counts at once: a key that is taken out installs nothing more, a broken file nothing at all", async () => {
  await writePolicy(await writeKey("new.pem"));
  const update = await noxus("plugin", "update", "hello");
  expect(update.stderr).toContain("is signed by");
  expect((await platform.json<Plugin>("/v1/plugins/hello")).status, "what runs goes on").toBe("running");
  await writeFile(join(cwd, "marketplaces.yaml"), "marketplaces: nothing");
  const broken = await noxus("marketplace", "list");
  expect(broken.stderr).toMatch(/marketplaces\.yaml cannot be used, and without it none is trusted/);
  await writePolicy(annsKey);
  const known = await json<Marketplaces>("marketplace", "list");
  expect(known).toMatchObject({ marketplaces: [{ name: "The team's", isDefault: true }], others: "refused" });
}, 60_000);
