import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  unlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import { digestTree, readTree } from "./file-tree.ts";
import { ReleaseStore } from "./release-store.ts";

let folder: string;
let store: ReleaseStore;
let count = 0;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "releases-"));
  store = new ReleaseStore({ folder: join(folder, "releases") });
});

afterEach(() => rm(folder, { recursive: true }));

/** A folder as a fetch leaves it. */
async function fetched(files: Record<string, string> = { "pyproject.toml": "x", "a/b.py": "y" }) {
  const made = join(folder, `fetch-${count++}`);
  await mkdir(made);
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(made, path)), { recursive: true });
    await writeFile(join(made, path), content);
  }
  return made;
}

async function hashOf(made: string): Promise<string> {
  return digestTree(made, await readTree(made));
}

test("a fetched folder becomes a release under its content's hash, and is moved, not copied", async () => {
  const made = await fetched();
  const { ino } = await stat(join(made, "a/b.py"));
  const release = await store.add(made);
  expect(release.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(await readFile(join(release.folder, "a/b.py"), "utf8")).toBe("y");
  expect((await stat(join(release.folder, "a/b.py"))).ino).toBe(ino);
  await expect(stat(made)).rejects.toThrow("ENOENT");
  expect(await store.get(release.hash)).toEqual(release);
  expect(await store.list()).toEqual([release.hash]);
});

test("the same content is one release, whatever its times; also when added at the same time", async () => {
  const later = await fetched();
  await utimes(join(later, "a/b.py"), 1, 1);
  const folders = [await fetched(), later, await fetched(), await fetched()];
  const [first] = folders.splice(0, 1);
  const release = await store.add(first ?? "");
  const again = await Promise.all(folders.map((each) => store.add(each)));
  expect(again.map(({ hash }) => hash)).toEqual([release.hash, release.hash, release.hash]);
  expect((await readdir(dirname(release.folder))).sort()).toEqual([release.hash, `${release.hash}.json`]);
  expect(await store.intact(release.hash)).toBe(true);
});

test("several first adds of the same content at once end as one whole release", async () => {
  const folders = await Promise.all([1, 2, 3, 4].map(() => fetched()));
  const [first, ...others] = await Promise.all(folders.map((each) => store.add(each)));
  expect(new Set([first, ...others].map((release) => release?.hash)).size).toBe(1);
  expect(await store.intact(first?.hash ?? "")).toBe(true);
  expect(await store.sweep()).toEqual([]);
});

test("content, path, kind, link target, the right to execute and empty folders all count; nothing else does", async () => {
  const variants = [
    await fetched(),
    await fetched({ "pyproject.toml": "x", "a/b.py": "z" }),
    await fetched({ "pyproject.toml": "x", "a/c.py": "y" }),
    await fetched(),
    await fetched(),
    await fetched(),
    await fetched(),
  ];
  await chmod(join(variants[3] ?? "", "a/b.py"), 0o755);
  await symlink("b.py", join(variants[4] ?? "", "a/link"));
  await symlink("../pyproject.toml", join(variants[5] ?? "", "a/link"));
  await mkdir(join(variants[6] ?? "", "empty"));
  const hashes = await Promise.all(variants.map(hashOf));
  expect(new Set(hashes).size).toBe(variants.length);
  const same = await fetched();
  await chmod(join(same, "a/b.py"), 0o600);
  expect(await hashOf(same)).toBe(hashes[0]);
});

test("the hash is the documented one", async () => {
  const made = await fetched({ a: "" });
  // printf 'noxus-release-1\nfile\0a\0%s\0' "$(printf '' | sha256sum | cut -d' ' -f1)" | sha256sum
  expect(await hashOf(made)).toBe("e7da38137f4140a74da42f37f8532ed2133185fabd734d0224fb4e264db748f9");
});

test("byte code neither counts nor stays, and none that appears later is drift", async () => {
  const plain = await hashOf(await fetched());
  const release = await store.add(
    await fetched({ "pyproject.toml": "x", "a/b.py": "y", "a/__pycache__/b.pyc": "z" }),
  );
  expect(release.hash).toBe(plain);
  expect(await readdir(join(release.folder, "a"))).toEqual(["b.py"]);
  await mkdir(join(release.folder, "a/__pycache__"));
  await writeFile(join(release.folder, "a/__pycache__/b.pyc"), "new");
  expect(await store.intact(release.hash)).toBe(true);
});

test("changed and missing files are drift, a touched one is not", async () => {
  const { hash, folder: tree } = await store.add(await fetched());
  expect(await store.verify(hash)).toEqual({ state: "ok" });
  await utimes(join(tree, "a/b.py"), 1, 1);
  expect(await store.verify(hash)).toEqual({ state: "ok" });
  await writeFile(join(tree, "a/b.py"), "changed");
  expect(await store.verify(hash)).toEqual({ state: "drift", missing: [], changed: ["a/b.py"] });
  await unlink(join(tree, "a/b.py"));
  expect(await store.verify(hash)).toEqual({ state: "drift", missing: ["a/b.py"], changed: [] });
  expect(await store.verify("0".repeat(64))).toEqual({ state: "absent" });
});

test("a change that keeps size and time is found by a thorough look", async () => {
  const { hash, folder: tree } = await store.add(await fetched());
  const file = join(tree, "a/b.py");
  const { atime, mtime } = await stat(file);
  await writeFile(file, "z");
  await utimes(file, atime, mtime);
  expect(await store.intact(hash)).toBe(false);
});

test("what a plugin writes beside its code is no drift", async () => {
  const { hash, folder: tree } = await store.add(await fetched());
  await writeFile(join(tree, "plugin.log"), "hello");
  expect(await store.intact(hash)).toBe(true);
});

test("adding the content again mends a release that has changed on disk", async () => {
  const { hash, folder: tree } = await store.add(await fetched());
  await writeFile(join(tree, "a/b.py"), "changed");
  expect((await store.add(await fetched())).hash).toBe(hash);
  expect(await store.intact(hash)).toBe(true);
});

test("a removed release is gone, and removing it again is no error", async () => {
  const { hash } = await store.add(await fetched());
  await store.remove(hash);
  await store.remove(hash);
  expect(await store.get(hash)).toBeUndefined();
  expect(await readdir(join(folder, "releases"))).toEqual([]);
});

test("whatever a crash leaves between two steps is no release, and a sweep removes it", async () => {
  const { hash, folder: tree } = await store.add(await fetched());
  const other = await store.add(await fetched({ x: "1" }));
  await rename(tree, join(folder, "releases", `.removing-${hash}-1`));
  await rename(`${other.folder}.json`, `${other.folder}.json.1.new`);
  expect(await store.list()).toEqual([]);
  expect(await store.get(hash)).toBeUndefined();
  expect(await store.get(other.hash)).toBeUndefined();
  const whole = await store.add(await fetched({ y: "1" }));
  expect((await store.sweep()).length).toBe(4);
  expect(await store.list()).toEqual([whole.hash]);
});

test("a store whose folder is not there yet is empty", async () => {
  expect(await store.list()).toEqual([]);
  expect(await store.sweep()).toEqual([]);
});

test("an abort while the files are read leaves no release", async () => {
  const aborted = AbortSignal.abort(new Error("enough"));
  await expect(store.add(await fetched(), aborted)).rejects.toThrow("enough");
  expect(await store.list()).toEqual([]);
});

test("a thousand small files are added in about the time that it takes to write them", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 1000 }, (_, at) => [`d${at % 50}/f${at}.py`, `x = ${at}\n`]),
  );
  const startedAt = performance.now();
  const made = await fetched(files);
  const writtenAt = performance.now();
  const { hash } = await store.add(made);
  // Twice on a quiet machine, with its sync. Many times that would mean one file at a time.
  expect((performance.now() - writtenAt) / (writtenAt - startedAt)).toBeLessThan(25);
  expect(await store.intact(hash)).toBe(true);
});

test("any two different trees have different hashes, and the order in which files are made does not matter", async () => {
  const name = fc.stringMatching(/^[a-zé\n"' ]{1,4}$/u).filter((text) => ![".", ".."].includes(text));
  const tree = fc.dictionary(name, fc.string({ maxLength: 4 }), { minKeys: 1, maxKeys: 4 });
  await fc.assert(
    fc.asyncProperty(tree, tree, async (one, two) => {
      const backwards = Object.fromEntries(Object.entries(one).reverse());
      const [a, b, c] = await Promise.all([fetched(one), fetched(two), fetched(backwards)]);
      const [first, second, third] = await Promise.all([hashOf(a), hashOf(b), hashOf(c)]);
      expect(third).toBe(first);
      expect(first === second).toBe(sameTree(one, two));
    }),
    { numRuns: 60 },
  );
});

function sameTree(a: Record<string, string>, b: Record<string, string>): boolean {
  const flat = (tree: Record<string, string>) => JSON.stringify(Object.entries(tree).sort());
  return flat(a) === flat(b);
}
