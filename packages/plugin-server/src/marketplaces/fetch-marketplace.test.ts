import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type MarketplaceSource, NoxusError, type Source } from "@noxus/contracts";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type GitServer, type Repository, startGitServer } from "../../../../fixtures/git-server.ts";
import type { FetchContext } from "../sources/fetch-context.ts";
import { fetchSource } from "../sources/fetch-source.ts";
import { defaultLimits } from "../sources/source-limits.ts";
import { type KnownMarketplace, openPolicy } from "./policy.ts";

let server: GitServer;
let folder: string;
let shop: Repository;
const commits: Record<string, string> = {};

const manifest = (name: string, version: string) =>
  JSON.stringify({ name, version, display_name: name.toUpperCase(), description: `${name}, ${version}` });
const project = (name: string, version: string) => `[project]\nname = "${name}"\nversion = "${version}"\n`;

beforeAll(async () => {
  server = await startGitServer();
  folder = await mkdtemp(join(tmpdir(), "marketplace-test-"));
  shop = await server.createRepository({ name: "shop" });
  const step = async (name: string, files: Parameters<GitServer["commit"]>[1]["files"]) => {
    commits[name] = await server.commit(shop, { files, message: name });
  };
  await step("old", { "slack/manifest.json": manifest("slack", "1.0.0"), "slack/code.py": "1.0.0" });
  await step("old mended", { "slack/code.py": "1.0.0, mended", "README.md": "A shop" });
  await step("elsewhere", { "linear/pyproject.toml": project("linear-tools", "0.1.0") });
  await step("new", { "slack/manifest.json": manifest("slack", "1.1.0"), "slack/code.py": "1.1.0" });
  await step("bare", { "slack/manifest.json": null, "slack/pyproject.toml": project("slack", "1.2.0") });
  await step("newest", {
    "slack/manifest.json": manifest("slack", "2.0.0"),
    "slack/code.py": "2.0.0",
    "slack/tests/inner/pyproject.toml": project("inner", "9.9.9"),
    "tools/text/manifest.json": manifest("Text_Tools", "3.0.0"),
    "broken/manifest.json": "{",
  });
  const tagged = await server.commit(shop, {
    branch: "side",
    files: { "slack/manifest.json": manifest("slack", "0.9.0"), "slack/code.py": "0.9.0" },
  });
  await server.tag(shop, "slack-0.9.0", tagged);
  await server.deleteBranch(shop, "side");
});

afterEach(async () => {
  expect(await readdir(folder)).toEqual([]);
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function context(more: Partial<FetchContext> = {}): FetchContext {
  return {
    into: join(folder, "fetch"),
    limits: defaultLimits,
    policy: async () => openPolicy(shop.url),
    allowLocal: false,
    localRoots: [],
    uploads: () => Promise.reject(new Error("no uploads here")),
    environment: process.env,
    signal: new AbortController().signal,
    ...more,
  };
}

function knownAs(repo_url: string): KnownMarketplace {
  return openPolicy(repo_url).marketplaces[0] as KnownMarketplace;
}

/** Fetches a plugin, and gives its commit and code. */
async function fetchCode(source: Omit<MarketplaceSource, "type">, more: Partial<FetchContext> = {}) {
  const chosen = context(more);
  const fetched = await fetchSource({ type: "marketplace", ...source } as Source, chosen);
  const code = await readFile(join(fetched.folder, "code.py"), "utf8").catch(() => undefined);
  const files = (await readdir(fetched.folder)).sort();
  await rm(chosen.into, { recursive: true });
  return { commit: fetched.commit, code, files };
}

async function failureOf(source: Omit<MarketplaceSource, "type">): Promise<NoxusError> {
  const error = await fetchCode(source).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(NoxusError);
  return error as NoxusError;
}

test("without a version the newest comes, only its own folder", async () => {
  expect(await fetchCode({ name: "slack" })).toEqual({
    commit: commits.newest,
    code: "2.0.0",
    files: ["code.py", "manifest.json", "pyproject.toml", "tests"],
  });
  expect((await fetchCode({ name: "slack", version: "2.0.0" })).commit).toBe(commits.newest);
});

test("an older version is the folder as it last was with that version", async () => {
  expect(await fetchCode({ name: "slack", version: "1.0.0" })).toMatchObject({ code: "1.0.0, mended" });
  expect(await fetchCode({ name: "slack", version: "v1.1.0" })).toMatchObject({ code: "1.1.0" });
});

test("where the manifest was missing, the project file's version counts", async () => {
  expect(await fetchCode({ name: "slack", version: "1.2.0" })).toMatchObject({ commit: commits.bare });
});

test("a version that no commit of the branch has is found by its tag", async () => {
  expect(await fetchCode({ name: "slack", version: "0.9.0" })).toMatchObject({ code: "0.9.0" });
});

test("a plugin is found by its folder or its own name, whatever the marks between words", async () => {
  for (const name of ["linear", "linear-tools", "Linear_Tools"])
    expect((await fetchCode({ name })).files).toEqual(["pyproject.toml"]);
  expect((await fetchCode({ name: "text-tools", version: "3.0.0" })).files).toEqual(["manifest.json"]);
});

test("an unknown name: the nearest ones are named", async () => {
  const error = await failureOf({ name: "slakc" });
  expect(error).toMatchObject({ code: "marketplace_plugin_unknown", data: { name: "slakc" } });
  expect(error.data?.nearest).toEqual(["slack", expect.anything(), expect.anything(), expect.anything()]);
  expect(error.message).toContain('"slack"');
  expect((await failureOf({ name: "inner" })).code).toBe("marketplace_plugin_unknown");
});

test("an unknown version: the ones that exist are named, newest first", async () => {
  const error = await failureOf({ name: "slack", version: "7.0.0" });
  expect(error.code).toBe("marketplace_version_unknown");
  expect(error.data?.versions).toEqual(["2.0.0", "1.2.0", "1.1.0", "1.0.0"]);
  expect(error.message).toContain('"2.0.0", "1.2.0", "1.1.0" and "1.0.0"');
});

test("another marketplace and branch may be named; faults of the repository are said as for any", async () => {
  expect((await failureOf({ name: "slack", repo_url: `${server.url}/no.git` })).code).toBe(
    "source_not_a_repository",
  );
  expect((await failureOf({ name: "slack", branch: "no" })).code).toBe("source_branch_missing");
});

test("a private marketplace is opened with the credentials that the server knows for it", async () => {
  const hidden = await server.createRepository({ name: "hidden", auth: { token: "s3cret-token" } });
  await server.commit(hidden, { files: { "a/manifest.json": manifest("a", "1.0.0") } });
  const known = openPolicy(shop.url);
  known.marketplaces.push({ ...knownAs(hidden.url), token: "s3cret-token" });
  const policy = async () => known;
  expect((await fetchCode({ name: "a", repo_url: hidden.url }, { policy })).files).toEqual(["manifest.json"]);
  expect((await failureOf({ name: "a", repo_url: hidden.url })).code).toBe("source_credentials_refused");
});

test("a server that gives no single files, or speaks only the old protocol, serves as a marketplace too", async () => {
  for (const abilities of [{ filter: false }, { oldProtocol: true }, { oldProtocol: true, filter: false }]) {
    const repository = await server.createRepository({
      name: JSON.stringify(abilities).replaceAll(/\W/g, ""),
      ...abilities,
    });
    await server.commit(repository, {
      files: { "a/manifest.json": manifest("a", "1.0.0"), "a/code.py": "one" },
    });
    await server.commit(repository, {
      files: { "a/manifest.json": manifest("a", "1.1.0"), "a/code.py": "two" },
    });
    const source = { name: "a", version: "1.0.0", repo_url: repository.url };
    expect(await fetchCode(source)).toMatchObject({ code: "one" });
  }
});

test("a pinned commit gives the plugin as it was, whatever its version", async () => {
  const pinned = { commit: commits.old };
  expect(await fetchCode({ name: "slack", version: "1.0.0" }, pinned)).toMatchObject({ code: "1.0.0" });
});
