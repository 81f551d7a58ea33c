import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type GitSource, NoxusError, type Source } from "@noxus/contracts";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type GitServer, type Repository, startGitServer } from "../../../../fixtures/git-server.ts";
import { openPolicy } from "../marketplaces/policy.ts";
import { type FetchSourceOptions, fetchSource } from "./fetch-source.ts";
import { sweepFetches } from "./sweep.ts";

const TOKEN = "t0k3n-that-nobody-may-see";
const project = '[project]\nname = "a"\nversion = "1.0.0"\n';

let server: GitServer;
let folder: string;
let open: Repository;
let guarded: Repository;
let first: string;
let second: string;

beforeAll(async () => {
  server = await startGitServer();
  folder = await mkdtemp(join(tmpdir(), "git-test-"));
  open = await server.createRepository({ name: "team/open" });
  first = await server.commit(open, { files: { "pyproject.toml": project, "a/main.py": "one" } });
  second = await server.commit(open, {
    files: {
      "a/main.py": "two",
      "a/run.sh": { content: "#!/bin/sh\n", mode: "executable" },
      "a/again.py": { linkTo: "main.py" },
      "plugins/text-tools/pyproject.toml": project,
      "plugins/document-tools/package.json": "{}",
    },
  });
  await server.commit(open, { branch: "develop", files: { "pyproject.toml": project } });
  guarded = await server.createRepository({ name: "team/guarded", auth: { token: TOKEN } });
  await server.commit(guarded, { files: { "pyproject.toml": project } });
});

afterEach(async () => {
  expect(await readdir(folder)).toEqual([]);
});

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

function options(more: Partial<FetchSourceOptions> = {}): FetchSourceOptions {
  return {
    into: join(folder, "fetch"),
    policy: async () => openPolicy(),
    allowLocal: false,
    localRoots: [],
    uploads: () => Promise.reject(new Error("no uploads here")),
    environment: process.env,
    signal: new AbortController().signal,
    ...more,
  };
}

function gitSource(repository: Repository | string, more: Partial<GitSource> = {}): Source {
  const repo_url = typeof repository === "string" ? repository : repository.url;
  return { type: "git", repo_url, branch: "main", ...more };
}

/** Fetches, looks, and removes. */
async function fetchAnd<T>(source: Source, look: (fetched: Awaited<ReturnType<typeof fetchSource>>) => T) {
  const fetchOptions = options();
  try {
    return await look(await fetchSource(source, fetchOptions));
  } finally {
    await rm(fetchOptions.into, { recursive: true, force: true });
  }
}

async function failureOf(source: Source, more: Partial<FetchSourceOptions> = {}): Promise<NoxusError> {
  const error = await fetchSource(source, options(more)).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(NoxusError);
  return error as NoxusError;
}

test("the branch's tip comes without anything of Git's, with modes and links inside kept", async () => {
  await fetchAnd(gitSource(open), ({ folder, commit, warnings }) => {
    expect(commit).toBe(second);
    expect(readdirSync(folder).sort()).toEqual(["a", "plugins", "pyproject.toml"]);
    expect(readFileSync(join(folder, "a/main.py"), "utf8")).toBe("two");
    expect(statSync(join(folder, "a/run.sh")).mode & 0o111).not.toBe(0);
    expect(statSync(join(folder, "a/main.py")).mode & 0o111).toBe(0);
    expect(readlinkSync(join(folder, "a/again.py"))).toBe("main.py");
    expect(readdirSync(join(folder, ".."))).toEqual(["plugin"]);
    expect(warnings).toEqual([]);
  });
});

test("another branch, a tag as a branch, a commit and a short commit are found", async () => {
  await server.tag(open, "v1", first);
  const commitOf = (more: Partial<GitSource>) => fetchAnd(gitSource(open, more), ({ commit }) => commit);
  expect(await commitOf({ branch: "v1" })).toBe(first);
  expect(await commitOf({ commit: first })).toBe(first);
  expect(await commitOf({ commit: first.slice(0, 7).toUpperCase() })).toBe(first);
  expect(await commitOf({ commit: second.slice(0, 12) })).toBe(second);
  expect(await commitOf({ branch: "develop" })).not.toBe(second);
});

test("with a path only that folder comes", async () => {
  await fetchAnd(gitSource(open, { path: "/plugins/text-tools/" }), ({ folder, commit }) => {
    expect(readdirSync(folder)).toEqual(["pyproject.toml"]);
    expect(commit).toBe(second);
  });
});

test.each([
  { name: "old-protocol", oldProtocol: true },
  { name: "old-without-filter", oldProtocol: true, filter: false },
  { name: "without-filter", filter: false },
])("a server of lesser abilities gives the same: $name", async (abilities) => {
  const repository = await server.createRepository(abilities);
  const old = await server.commit(repository, { files: { "p/pyproject.toml": project, "p/x": "1" } });
  await server.commit(repository, { files: { "p/x": "2", "q/y": "3" } });
  for (const commit of [old, old.slice(0, 8)]) {
    await fetchAnd(gitSource(repository, { commit, path: "p" }), ({ folder, commit }) => {
      expect(commit).toBe(old);
      expect(readFileSync(join(folder, "x"), "utf8")).toBe("1");
    });
  }
});

test("submodules, files in LFS and a root without a project are said, not fetched", async () => {
  const repository = await server.createRepository({ name: "warned" });
  const files = {
    "sub/pyproject.toml": project,
    module: { submodule: first },
    ".gitattributes": "*.bin filter=lfs",
  };
  await server.commit(repository, { files });
  await fetchAnd(gitSource(repository), ({ warnings }) => {
    expect(warnings).toEqual([
      expect.stringContaining('Submodules are not fetched; these folders are empty: "module"'),
      expect.stringContaining("LFS"),
      expect.stringContaining('can be given as the path: "sub"'),
    ]);
  });
});

test("attributes of the repository neither hide nor change files", async () => {
  const repository = await server.createRepository({ name: "attributes" });
  const files = { ".gitattributes": "tests export-ignore\nx export-subst", "tests/t": "1", x: "$Format:%H$" };
  await server.commit(repository, { files });
  await fetchAnd(gitSource(repository), ({ folder }) => {
    expect(readFileSync(join(folder, "tests/t"), "utf8")).toBe("1");
    expect(readFileSync(join(folder, "x"), "utf8")).toBe("$Format:%H$");
  });
});

test("a missing branch: the ones that exist are named, nearest first", async () => {
  const error = await failureOf(gitSource(open, { branch: "develp" }));
  expect(error).toMatchObject({ code: "source_branch_missing", data: { branches: ["develop", "main"] } });
  expect(error.message).toContain('no branch "develp". It has "develop" and "main"');
});

test.each(["a b", "x:y", "*", "a..b", "--upload-pack=touch x"])("%j is no branch", async (branch) => {
  expect(await failureOf(gitSource(open, { branch }))).toMatchObject({ code: "source_branch_missing" });
});

test("an empty repository says that it is empty", async () => {
  const repository = await server.createRepository({ name: "empty" });
  const error = await failureOf(gitSource(repository));
  expect(error.code).toBe("source_branch_missing");
  expect(error.message).toContain("it is empty");
});

test.each(["0".repeat(40), "00000000", "not-hex"])("a missing commit: %s", async (commit) => {
  const error = await failureOf(gitSource(open, { commit }));
  expect(error).toMatchObject({ code: "source_commit_missing", data: { commit } });
});

test("a short commit that fits several names them", async () => {
  const repository = await server.createRepository({ name: "twins" });
  // Two contents whose commits begin alike, found by trying.
  const [first, second] = await Promise.all(
    ["43", "116"].map((message) =>
      server.commit(repository, { branch: `b${message}`, files: { x: "1" }, message, at: new Date(0) }),
    ),
  );
  const prefix = first?.slice(0, 4) ?? "";
  expect(second?.slice(0, 4)).toBe(prefix);
  const error = await failureOf(gitSource(repository, { commit: prefix }));
  expect(error.code).toBe("source_commit_missing");
  expect(error.message).toContain("could be each of");
  expect(error.data?.candidates).toEqual(expect.arrayContaining([first, second]));
});

test("a pinned commit comes instead of the branch's newest", async () => {
  const pinned = options({ commit: first });
  expect((await fetchSource(gitSource(open), pinned)).commit).toBe(first);
  await rm(pinned.into, { recursive: true });
});

test("a missing path: the nearest folders with a project are named", async () => {
  const error = await failureOf(gitSource(open, { path: "plugins/text-tool" }));
  expect(error).toMatchObject({ code: "source_path_missing" });
  expect(error.data?.folders).toEqual(["plugins/text-tools", "plugins/document-tools", "."]);
  expect(await failureOf(gitSource(open, { path: "../x" }))).toMatchObject({ code: "source_path_missing" });
  expect((await failureOf(gitSource(open, { path: "a/main.py" }))).message).toContain("is a file");
});

test.each([
  "file:///etc",
  "ext::sh -c id",
  "/srv/git",
  "ftp://host/x",
  "ssh://-oProxyCommand=x/y",
  "nonsense",
])("the address %s is refused", async (url) => {
  expect(await failureOf(gitSource(url))).toMatchObject({ code: "source_url_refused" });
});

test("a file address works where local sources are on, below an allowed root", async () => {
  const url = `file://${open.folder}`;
  const allowed = options({ allowLocal: true, localRoots: [join(open.folder, "..")] });
  const { commit } = await fetchSource(gitSource(url), allowed);
  expect(commit).toBe(second);
  await rm(allowed.into, { recursive: true });
  const elsewhere = await failureOf(gitSource(url), { allowLocal: true, localRoots: ["/srv"] });
  expect(elsewhere.code).toBe("source_url_refused");
});

test("a host that nobody answers on, an unknown name and a failing server are unreachable", async () => {
  const closed = await closedPort();
  for (const url of [`http://127.0.0.1:${closed}/x.git`, "http://no-such-host.invalid/x.git"]) {
    const error = await failureOf(gitSource(url));
    expect(error).toMatchObject({ code: "source_unreachable", data: { url } });
    expect(error.message).toMatch(/Check the address and the network\.$/);
    expect(error.message).toContain("Git says");
  }
  const broken = await server.createRepository({ name: "broken" });
  await server.commit(broken, { files: { x: "1" } });
  for (const behaviour of [
    { kind: "error" },
    { kind: "error", at: "pack" },
    { kind: "truncate", at: "pack" },
  ] as const) {
    server.behave(broken, behaviour);
    expect((await failureOf(gitSource(broken))).code).toBe("source_unreachable");
  }
});

test("a web page and an unknown path are no repository", async () => {
  const page = await server.createRepository({ name: "page" });
  server.behave(page, { kind: "page" });
  expect((await failureOf(gitSource(page))).code).toBe("source_not_a_repository");
  expect((await failureOf(gitSource(`${server.url}/nothing.git`))).code).toBe("source_not_a_repository");
});

test("no credentials and wrong ones are refused, each in its words", async () => {
  const none = await failureOf(gitSource(guarded));
  expect(none.code).toBe("source_credentials_refused");
  expect(none.message).toContain("none were given");
  const wrong = await failureOf(gitSource(guarded, { token: "wrong-token" }));
  expect(wrong.code).toBe("source_credentials_refused");
  expect(wrong.message).toContain("refused the given credentials");
  expect(JSON.stringify([wrong, wrong.message, wrong.data, String(wrong.cause)])).not.toContain(
    "wrong-token",
  );
});

test("token, user and password, and those inside the address all open the repository", async () => {
  const named = await server.createRepository({
    name: "named",
    auth: { username: "ada", password: "p@ss:w/rd" },
  });
  await server.commit(named, { files: { x: "1" } });
  const inside = named.url.replace("://", `://ada:${encodeURIComponent("p@ss:w/rd")}@`);
  for (const source of [
    gitSource(guarded, { token: TOKEN }),
    gitSource(guarded.url.replace("://", `://${TOKEN}@`)),
    gitSource(named, { username: "ada", password: "p@ss:w/rd" }),
    gitSource(inside),
  ])
    expect(await fetchAnd(source, ({ commit }) => commit)).toMatch(/^[0-9a-f]{40}$/);
});

test("a redirection to another host does not get the token", async () => {
  const other = await startGitServer();
  try {
    const trap = await other.createRepository({ name: "trap", auth: { token: TOKEN } });
    const bait = await server.createRepository({ name: "bait", auth: { token: TOKEN } });
    server.behave(bait, { kind: "redirect", location: `${trap.url}/info/refs?service=git-upload-pack` });
    expect((await failureOf(gitSource(bait, { token: TOKEN }))).code).toBe("source_credentials_refused");
    expect(other.requests.length).toBeGreaterThan(0);
    expect(other.requests.every(({ authorization }) => authorization === undefined)).toBe(true);
  } finally {
    await other.close();
  }
});

test("while Git runs and waits, the token is in no argument, no file and no message; it travels in one header only", async () => {
  server.behave(guarded, { kind: "hang", at: "pack" });
  const seen = server.requests.length;
  const controller = new AbortController();
  const messages: string[] = [];
  const running = fetchSource(
    gitSource(guarded, { token: TOKEN }),
    options({ signal: controller.signal, onProgress: (message) => messages.push(message) }),
  );
  await until(() => server.requests.slice(seen).some(({ method }) => method === "POST"));
  await until(() => gitProcesses().length > 0);
  const shown = [...gitProcesses().map(({ command }) => command), ...contentsBelow(folder), ...messages].join(
    "\n",
  );
  expect(shown).toContain("remote-http");
  expect(shown).not.toContain(TOKEN);
  expect(shown).not.toContain(Buffer.from(`x-access-token:${TOKEN}`).toString("base64"));
  controller.abort(new Error("enough"));
  await expect(running).rejects.toThrow("enough");
  const requests = server.requests.slice(seen);
  expect(requests.some(({ authorization }) => authorization?.startsWith("Basic "))).toBe(true);
  const elsewhere = requests.map(({ url, headers }) =>
    JSON.stringify([url, { ...headers, authorization: "" }]),
  );
  expect(elsewhere.join()).not.toContain(TOKEN);
  server.behave(guarded);
});

test("an abort ends every process of a hanging fetch at once", async () => {
  const hanging = await server.createRepository({ name: "hanging" });
  await server.commit(hanging, { files: { x: "1" } });
  server.behave(hanging, { kind: "hang" });
  const controller = new AbortController();
  const running = fetchSource(gitSource(hanging), options({ signal: controller.signal }));
  await until(() => gitProcesses().length > 1);
  controller.abort(new Error("enough"));
  await expect(running).rejects.toThrow("enough");
  await until(() => gitProcesses().length === 0);
});

test("a fetch that takes too long ends with an error that says so", async () => {
  const slow = await server.createRepository({ name: "slow" });
  await server.commit(slow, { files: { x: "1" } });
  server.behave(slow, { kind: "hang" });
  const error = await failureOf(gitSource(slow), { fetchTimeoutMs: 300 });
  expect(error).toMatchObject({ code: "source_unreachable", data: { timeoutMs: 300 } });
  expect(error.message).toMatch(/did not arrive within 0\.3 s\. Check the network/);
  expect(error.message).not.toContain("tried again");
});

test("Git that is not on PATH is said", async () => {
  const error = await failureOf(gitSource(open), { environment: { PATH: "/nowhere" } });
  expect(error.code).toBe("git_missing");
  expect(error.message).toContain("install it");
});

test("limits hold for a repository as for an archive", async () => {
  expect((await failureOf(gitSource(open), { limits: { maxEntries: 2 } })).code).toBe(
    "archive_too_many_files",
  );
  expect((await failureOf(gitSource(open), { limits: { maxBytes: 10 } })).code).toBe("archive_too_large");
  expect((await failureOf(gitSource(open), { limits: { maxPackedBytes: 10 } })).code).toBe(
    "archive_too_large",
  );
});

test("a link that leads out of the plugin's folder is refused, even where it stays in the repository", async () => {
  const repository = await server.createRepository({ name: "links" });
  const files = { "p/pyproject.toml": project, "p/up": { linkTo: "../shared" }, "shared/x": "1" };
  await server.commit(repository, { files });
  expect((await failureOf(gitSource(repository, { path: "p" }))).code).toBe("archive_link_unsafe");
  expect(await fetchAnd(gitSource(repository), ({ commit }) => commit)).toBeTruthy();
});

test("the machine's own Git configuration has no say", async () => {
  const home = await mkdtemp(join(tmpdir(), "git-home-"));
  const environment = {
    ...process.env,
    HOME: home,
    GIT_DIR: "/nowhere",
    GIT_CONFIG_PARAMETERS: "'core.bare'='x'",
  };
  const fetchOptions = options({ environment });
  expect((await fetchSource(gitSource(open), fetchOptions)).commit).toBe(second);
  await rm(fetchOptions.into, { recursive: true });
  await rm(home, { recursive: true });
});

test("what a kill -9 leaves in the middle of a fetch, a sweep removes: folders and processes", async () => {
  const hanging = await server.createRepository({ name: "killed" });
  await server.commit(hanging, { files: { x: "1" } });
  server.behave(hanging, { kind: "hang", at: "pack" });
  const script = `
    import { fetchSource } from ${JSON.stringify(join(import.meta.dirname, "fetch-source.ts"))};
    import { openPolicy } from ${JSON.stringify(join(import.meta.dirname, "../marketplaces/policy.ts"))};
    await fetchSource(${JSON.stringify(gitSource(hanging))}, { into: ${JSON.stringify(join(folder, "fetch"))},
      policy: async () => openPolicy(), allowLocal: false, localRoots: [], environment: process.env, signal: new AbortController().signal });`;
  const args = ["--conditions=noxus-source", "--input-type=module-typescript", "-e", script];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  await until(() => gitProcesses().length > 1);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(existsSync(join(folder, "fetch"))).toBe(true);
  expect(await sweepFetches(folder)).toEqual(["fetch"]);
  await until(() => gitProcesses().length === 0);
  expect(await readdir(folder)).toEqual([]);
});

/** Processes that work below this file's folder. */
function gitProcesses(): { pid: string; command: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const isOurs = readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}/`);
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
        return isOurs && command !== "" ? [{ pid, command }] : [];
      } catch {
        return [];
      }
    });
}

function contentsBelow(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), "latin1"));
}

async function until(condition: () => boolean, deadlineMs = 15_000): Promise<void> {
  const end = Date.now() + deadlineMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`Not so within ${deadlineMs} ms: ${condition}`);
    await wait(20);
  }
}

async function closedPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}
