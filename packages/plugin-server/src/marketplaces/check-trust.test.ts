import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MarketplaceSource, NoxusError, ReleaseSignature, Source } from "@noxus/contracts";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type GitServer, type Repository, startGitServer } from "../../../../fixtures/git-server.ts";
import { digestTree, readTree } from "../releases/file-tree.ts";
import type { FetchContext } from "../sources/fetch-context.ts";
import { fetchSource } from "../sources/fetch-source.ts";
import { defaultLimits } from "../sources/source-limits.ts";
import { listPlugins, showPlugin } from "./list-plugins.ts";
import { type MarketplacePolicy, openPolicy, readPolicy } from "./policy.ts";
import { signedBytes } from "./signed-content.ts";
import type { PublishedVersion } from "./version-index.ts";

let git: GitServer;
let folder: string;
let shop: Repository;
const ann = newKey();
const stranger = newKey();
/** What is in the index of `greeter`, newest first. */
const published: PublishedVersion[] = [];

interface Key {
  privateKey: KeyObject;
  text: `ed25519:${string}`;
}

function newKey(): Key {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  return { privateKey, text: `ed25519:${publicKey.export({ format: "jwk" }).x}` };
}

function signatureOf(key: Key, content: { name: string; version: string; release: string }) {
  return { key: key.text, signature: sign(null, signedBytes(content), key.privateKey).toString("base64url") };
}

const packageJson = (name: string, version: string) =>
  JSON.stringify({ name: `@team/${name}`, version, dependencies: { "@noxus/sdk": "^1.0.0" } });

/** Commits a version and then the index that has it, as publishing does in one. */
async function publish(version: string, key?: Key): Promise<void> {
  const files = { "package.json": packageJson("greeter", version), "index.ts": `// ${version}` };
  await commit(Object.fromEntries(Object.entries(files).map(([name, text]) => [`greeter/${name}`, text])));
  const release = (await fetchPlugin({ version })).release;
  const content = { name: "greeter", version, release };
  published.unshift({ version, release, ...(key && { signature: signatureOf(key, content) }) });
  await writeIndex(published);
}

async function writeIndex(versions: PublishedVersion[], name = "greeter"): Promise<void> {
  const index = { format: "noxus-marketplace-1", name, versions };
  await commit({ ".marketplace/greeter.json": JSON.stringify(index) });
}

async function commit(files: Record<string, string>): Promise<void> {
  await git.commit(shop, { files, message: "A change" });
}

function context(policy?: MarketplacePolicy): FetchContext {
  return {
    into: join(folder, "fetch"),
    limits: defaultLimits,
    policy: async () => policy ?? openPolicy(shop.url),
    allowLocal: false,
    localRoots: [],
    uploads: () => Promise.reject(new Error("no uploads here")),
    environment: process.env,
    signal: new AbortController().signal,
  };
}

async function fetchPlugin(
  source: Partial<MarketplaceSource>,
  policy?: MarketplacePolicy,
): Promise<{ release: string; signature: ReleaseSignature | undefined; code: string }> {
  const fetched = await fetchSource({ type: "marketplace", name: "greeter", ...source }, context(policy));
  const release = await digestTree(fetched.folder, await readTree(fetched.folder));
  const code = await readFile(join(fetched.folder, "index.ts"), "utf8");
  await rm(join(folder, "fetch"), { recursive: true });
  return { release, signature: fetched.signature, code };
}

async function refusalOf(source: Partial<MarketplaceSource>, policy: MarketplacePolicy): Promise<NoxusError> {
  const error = await fetchPlugin(source, policy).then(
    () => undefined,
    (error: NoxusError) => error,
  );
  expect(await readdir(folder), "nothing is left of a refused fetch").toEqual(["policy.yaml"]);
  if (!error) throw new Error("It was not refused.");
  return error;
}

/** The operator's file, read as the server does. */
async function policyOf(yaml: string): Promise<MarketplacePolicy> {
  const file = join(folder, "policy.yaml");
  await writeFile(file, yaml);
  return readPolicy(file);
}

const requiring = (...keys: string[]) =>
  policyOf(`
    marketplaces:
      - repo_url: ${shop.url}
        name: The team's
        signatures: required
        keys: [${keys.join(", ")}]
    others: refused`);

beforeAll(async () => {
  git = await startGitServer();
  folder = await mkdtemp(join(tmpdir(), "trust-test-"));
  shop = await git.createRepository({ name: "shop" });
  await publish("1.0.0", ann);
  await publish("1.1.0");
  await publish("1.2.0", stranger);
  await publish("2.0.0", ann);
  await commit({
    "bare/pyproject.toml": `[project]\nname = "bare"\nversion = "0.1.0"\n`,
    "tools/package.json": JSON.stringify({ name: "tools-of-the-repository" }),
    "greeter/icon.svg": "<svg/>",
    "greeter/CHANGELOG.md":
      "# Changes\n\n## [2.0.1] - today\n\n### Added\n\n- An icon.\n\n## 2.0.0\n\nAll new.\n",
  });
  await publish("2.0.1", ann);
});

afterAll(async () => {
  await git.close();
  await rm(folder, { recursive: true });
});

test("where signatures are required, a trusted key's versions come, old and new, and it is told whose they are", async () => {
  const policy = await requiring(`{ key: "${ann.text}", name: Ann }`);
  const signature = { key: ann.text, signer: "Ann", trusted: true };
  expect(await fetchPlugin({}, policy)).toMatchObject({ code: "// 2.0.1", signature });
  expect(await fetchPlugin({ version: "v1.0.0" }, policy)).toMatchObject({ code: "// 1.0.0", signature });
});

test("an unsigned version, another's, and a plugin without an index are refused, each with its code", async () => {
  const policy = await requiring(ann.text);
  const unsigned = await refusalOf({ version: "1.1.0" }, policy);
  expect(unsigned).toMatchObject({ code: "signature_missing", status: 403 });
  expect(unsigned.message).toContain("it was published without a signature");
  const foreign = await refusalOf({ version: "1.2.0" }, policy);
  expect(foreign.code).toBe("signature_untrusted");
  expect(foreign.message).toContain(
    `is signed by ${stranger.text}; of this marketplace trusted are: ${ann.text}`,
  );
  const bare = await refusalOf({ name: "bare" }, policy);
  expect(bare.code).toBe("signature_missing");
  expect(bare.message).toContain("the marketplace's index does not have it");
  expect((await refusalOf({ version: "7.0.0" }, policy)).code).toBe("marketplace_version_unknown");
});

test("where they are optional, all of these come, and it is told that nobody trusted signed them", async () => {
  expect(await fetchPlugin({ version: "1.1.0" })).toMatchObject({ code: "// 1.1.0", signature: undefined });
  expect(await fetchPlugin({ version: "1.2.0" })).toMatchObject({
    signature: { key: stranger.text, trusted: false },
  });
});

test("marketplaces that are not listed may be refused, and another spelling of a listed one has its policy", async () => {
  const policy = await requiring(ann.text);
  const refused = await refusalOf({ repo_url: `${git.url}/other.git` }, policy);
  expect(refused).toMatchObject({ code: "marketplace_not_allowed", status: 403 });
  expect(refused.message).toContain(shop.url);
  const spelled = `${shop.url.replace("http://", "HTTP://").replace(/\.git$/, "")}/`;
  expect((await refusalOf({ repo_url: spelled, version: "1.1.0" }, policy)).code).toBe("signature_missing");
});

test("other sources than marketplaces may be refused, whatever their kind, before anything is fetched", async () => {
  const yaml = `{ marketplaces: [{ repo_url: "${shop.url}" }], other_sources: refused }`;
  const policy = await policyOf(yaml);
  const elsewhere: Source[] = [
    { type: "git", repo_url: shop.url, branch: "main", path: "greeter" },
    { type: "upload", file_id: "x", filename: "x.zip" },
    { type: "local", path: folder },
  ];
  for (const source of elsewhere)
    await expect(fetchSource(source, context(policy))).rejects.toMatchObject({
      code: "source_not_allowed",
      status: 403,
    });
  expect(await fetchPlugin({ version: "1.1.0" }, policy)).toMatchObject({ code: "// 1.1.0" });
});

test("files that were changed without a new version are refused, signed or not, whatever the policy", async () => {
  await commit({ "greeter/index.ts": "// changed by hand" });
  for (const policy of [await requiring(ann.text), openPolicy(shop.url)]) {
    const changed = await refusalOf({}, policy);
    expect(changed.code).toBe("marketplace_content_changed");
    expect(changed.message).toMatch(
      /greeter 2\.0\.1 was published as the release [0-9a-f]{12}, and at commit/,
    );
  }
  await commit({ "greeter/index.ts": "// 2.0.1" });
});

test("a signature of another version or plugin, and an index that cannot be read, vouch for nothing", async () => {
  const policy = await requiring(ann.text);
  const [newest, ...rest] = published;
  const old = published.find(({ version }) => version === "1.0.0");
  if (!newest || !old?.signature) throw new Error("They were published before.");
  await writeIndex([{ ...newest, signature: old.signature }, ...rest]);
  for (const one of [policy, openPolicy(shop.url)])
    expect((await refusalOf({}, one)).code).toBe("signature_invalid");
  const other = { ...newest, signature: signatureOf(ann, { ...newest, name: "other" }) };
  await writeIndex([other, ...rest], "other");
  const substituted = await refusalOf({}, policy);
  expect(substituted.code).toBe("signature_invalid");
  expect(substituted.message).toContain('made for the plugin "other", and asked for is "greeter"');
  await commit({ ".marketplace/greeter.json": '{ "format": "noxus-marketplace-1" }' });
  expect((await refusalOf({}, openPolicy(shop.url))).code).toBe("marketplace_index_invalid");
  await commit({ ".marketplace/greeter.json": " ".repeat(1024 * 1024 + 1) });
  expect((await refusalOf({}, openPolicy(shop.url))).code).toBe("marketplace_index_invalid");
  await writeIndex(published);
});

test("the list says of each plugin what it is, whose it is, and what the policy would refuse", async () => {
  const policy = await requiring(`{ key: "${ann.text}", name: Ann }`);
  const { marketplace, plugins } = await listPlugins({}, context(policy));
  expect(marketplace).toMatchObject({ name: "The team's", isDefault: true, signatures: "required" });
  expect(plugins).toMatchObject([
    {
      name: "bare",
      version: "0.1.0",
      language: "python",
      refused: { code: "signature_missing" },
      icon: null,
    },
    {
      name: "greeter",
      version: "2.0.1",
      language: "typescript",
      icon: `data:image/svg+xml;base64,${Buffer.from("<svg/>").toString("base64")}`,
      signature: { signer: "Ann", trusted: true },
      refused: null,
    },
  ]);
  await rm(join(folder, "fetch"), { recursive: true, force: true });
});

test("a plugin's versions come with what changed, by its change log or its commits", async () => {
  const shown = await showPlugin({ name: "greeter" }, context(await requiring(ann.text)));
  expect(shown.versions.map(({ version, changes, refused }) => [version, changes, refused?.code])).toEqual([
    ["2.0.1", "### Added\n\n- An icon.", undefined],
    ["2.0.0", "All new.", undefined],
    ["1.2.0", "- A change", "signature_untrusted"],
    ["1.1.0", "- A change", "signature_missing"],
    ["1.0.0", "- A change", undefined],
  ]);
  expect(shown.versions[0]).toMatchObject({
    release: published[0]?.release,
    publishedAt: expect.any(String),
  });
  await rm(join(folder, "fetch"), { recursive: true, force: true });
});

test("a file of marketplaces that cannot be used names each problem, and no secret", async () => {
  const wrong = `
    marketplaces:
      - { repo_url: "${shop.url}", signatures: required, token: s3cret }
      - { repo_url: x, keys: ["ed25519:short"], branches: main }`;
  const error: NoxusError = await policyOf(wrong).catch((error) => error);
  expect(error).toMatchObject({ code: "configuration_invalid" });
  expect(error.message).toContain("must name at least one key where signatures are required");
  expect(error.message).toMatch(/marketplaces\.1\.keys\.0/);
  expect(error.message).not.toContain("s3cret");
  const unreadable = await policyOf('marketplaces: [{ token: "s3cret" }').catch(({ message }) => message);
  expect(unreadable).toMatch(/at line 1, column/);
  expect(unreadable).not.toContain("s3cret");
  await expect(policyOf("marketplaces: []")).rejects.toThrow("must name at least one marketplace");
  await expect(readPolicy(join(folder, "absent.yaml"))).rejects.toThrow(/absent\.yaml cannot be used/);
});
