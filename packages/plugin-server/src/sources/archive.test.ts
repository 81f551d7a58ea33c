import { spawnSync } from "node:child_process";
import { lstatSync, readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { isNoxusError, NoxusError } from "@noxus/contracts";
import fc from "fast-check";
import { create } from "tar";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type ArchiveEntry, tarOf, tgzOf, zipOf } from "../../../../fixtures/archives.ts";
import { unpackArchive } from "./archive.ts";
import { defaultLimits, type SourceLimits } from "./source-limits.ts";

let folder: string;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "archive-test-"));
});

afterAll(() => rm(folder, { recursive: true }));

async function unpack(content: Buffer, limits: Partial<SourceLimits> = {}): Promise<string> {
  const room = join(folder, String(count++));
  await mkdir(room);
  await writeFile(join(room, "package"), content);
  return unpackArchive(join(room, "package"), join(room, "into"), {
    limits: { ...defaultLimits, ...limits },
    signal: new AbortController().signal,
  });
}

async function failureOf(content: Buffer, limits: Partial<SourceLimits> = {}): Promise<NoxusError> {
  const error = await unpack(content, limits).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(NoxusError);
  return error as NoxusError;
}

const packers: [name: string, pack: (entries: readonly ArchiveEntry[]) => Buffer][] = [
  ["tar", (entries) => tarOf(entries)],
  ["tar.gz", tgzOf],
  ["zip", (entries) => zipOf(entries)],
];

const good: ArchiveEntry[] = [
  { path: "tools-1.0.0/pyproject.toml", content: "[project]" },
  { path: "tools-1.0.0/empty/", type: "folder" },
  { path: "tools-1.0.0/tools/run.sh", content: "#!/bin/sh", mode: 0o6755 },
  { path: "./tools-1.0.0//tools/é.py", content: "x".repeat(100_000) },
  { path: "tools-1.0.0/tools/link.py", type: "link", target: "../tools/é.py" },
];

test.each(packers)("a %s file with one top folder gives that folder", async (_name, pack) => {
  const root = await unpack(pack(good));
  expect(root).toMatch(/into\/tools-1\.0\.0$/);
  expect(readdirSync(root).sort()).toEqual(["empty", "pyproject.toml", "tools"]);
  expect(readFileSync(join(root, "tools/é.py"), "utf8")).toHaveLength(100_000);
  expect(readlinkSync(join(root, "tools/link.py"))).toBe("../tools/é.py");
});

test.each(packers)("in a %s file modes are reduced to executable or not: no setuid", async (_name, pack) => {
  const root = await unpack(pack(good));
  expect(statSync(join(root, "tools/run.sh")).mode & 0o7777).toBe(0o755);
  expect(statSync(join(root, "tools/é.py")).mode & 0o7777).toBe(0o644);
});

test.each(packers)("in a %s file the plugin's files may lie at the top", async (_name, pack) => {
  const root = await unpack(pack([{ path: "pyproject.toml" }, { path: "tools/__init__.py" }]));
  expect(readdirSync(root).sort()).toEqual(["pyproject.toml", "tools"]);
});

test("names that differ in case only are two files", async () => {
  const root = await unpack(tgzOf([{ path: "p/A.py" }, { path: "p/a.py" }]));
  expect(readdirSync(root).sort()).toEqual(["A.py", "a.py"]);
});

test("what usual packers make is read: GNU tar, Node's tar, Python's zipfile", async () => {
  const from = join(folder, "from");
  const long = `${"deep/".repeat(30)}${"n".repeat(120)}.py`;
  await mkdir(join(from, "plugin", "deep/".repeat(30)), { recursive: true });
  await writeFile(join(from, "plugin/pyproject.toml"), "x");
  await writeFile(join(from, "plugin", long), "y");
  spawnSync("tar", ["-czf", join(folder, "gnu.tgz"), "-C", from, "plugin"]);
  await create({ gzip: true, cwd: from, file: join(folder, "node.tgz") }, ["plugin"]);
  spawnSync("python3", ["-m", "zipfile", "-c", join(folder, "python.zip"), join(from, "plugin")]);
  for (const name of ["gnu.tgz", "node.tgz", "python.zip"]) {
    const root = await unpack(readFileSync(join(folder, name)));
    expect(readFileSync(join(root, long), "utf8")).toBe("y");
  }
});

test("one system's own files in a zip file are left out", async () => {
  const root = await unpack(zipOf([{ path: "p/a.py" }, { path: "__MACOSX/p/._a.py" }]));
  expect(root).toMatch(/\/p$/);
});

test("a hard link becomes a copy", async () => {
  const root = await unpack(
    tarOf([
      { path: "p/a", content: "1" },
      { path: "p/b", type: "hardlink", target: "p/a" },
    ]),
  );
  expect(readFileSync(join(root, "b"), "utf8")).toBe("1");
  expect(statSync(join(root, "b")).nlink).toBe(1);
});

test.each([
  ["nothing", Buffer.alloc(0), "an empty file"],
  ["text", Buffer.from("hello ".repeat(200)), "something else"],
  ["a web page", Buffer.from("<!doctype html><title>Sign in</title>"), "a web page"],
  ["xz", Buffer.from("fd377a585a000004", "hex"), "an xz file"],
  ["gzip of no tar file", gzipSync("hello ".repeat(200)), "damaged"],
  ["gzip in gzip", gzipSync(tgzOf(good)), "packed twice"],
  ["an empty tar file", tarOf([]), ""],
  ["an empty zip file", zipOf([]), "empty"],
])("%s is no archive of a known kind", async (_name, content, words) => {
  const error = await failureOf(content);
  expect(error.code).toBe("archive_invalid");
  expect(error.message).toContain(words);
});

test.each(packers)("a %s file cut short anywhere is refused", async (_name, pack) => {
  const whole = pack(good);
  for (const part of [0.2, 0.5, 0.9, 0.99])
    expect((await failureOf(whole.subarray(0, Math.floor((whole.length - 1024) * part)))).code).toBe(
      "archive_invalid",
    );
});

test("a tar file cut exactly between two entries is refused", async () => {
  expect((await failureOf(tarOf(good, { close: false }))).code).toBe("archive_invalid");
});

test("a changed byte in a zip file's content is found by its checksum", async () => {
  const content = zipOf([{ path: "p/a", content: "abcdefghij" }]);
  const at = content.indexOf("PK\x01\x02") - 3;
  content.writeUInt8((content[at] ?? 0) ^ 1, at);
  expect((await failureOf(content)).code).toBe("archive_invalid");
});

const unsafePaths = [
  "/etc/passwd",
  "../outside",
  "p/../../outside",
  "p/..",
  "C:/x",
  "c:\\x",
  "p\\..\\..\\x",
  "p/a\0b",
  `p/${"n".repeat(300)}`,
  `p/${"d/".repeat(100)}x`,
];

test.each(unsafePaths)("the path %j is refused", async (path) => {
  for (const [, pack] of packers)
    expect((await failureOf(pack([{ path: "p/a" }, { path, content: "x" }]))).code).toBe(
      "archive_path_unsafe",
    );
});

test.each(["/etc/passwd", "../../outside", "..", "x/../../../outside", "self"])(
  "a link to %j is refused",
  async (target) => {
    for (const [, pack] of packers) {
      const entries: ArchiveEntry[] = [{ path: "p/a" }, { path: "p/self", type: "link", target }];
      const error = await failureOf(pack(entries));
      expect(error).toMatchObject({
        code: "archive_link_unsafe",
        data: { entry: expect.stringContaining("self") },
      });
    }
  },
);

test("a link that leads out only by way of another link is refused", async () => {
  for (const [, pack] of packers) {
    const entries: ArchiveEntry[] = [
      { path: "p/a/b/c" },
      { path: "p/a/b/top", type: "link", target: "../.." },
      { path: "p/sly", type: "link", target: "a/b/top/../../outside" },
    ];
    expect((await failureOf(pack(entries))).code).toBe("archive_link_unsafe");
  }
});

test("nothing is written through a link, whichever comes first", async () => {
  const link: ArchiveEntry = { path: "p/dir", type: "link", target: "other" };
  const file: ArchiveEntry = { path: "p/dir/x", content: "1" };
  for (const [, pack] of packers) {
    for (const entries of [
      [{ path: "p/other/" }, link, file],
      [{ path: "p/other/" }, file, link],
    ]) {
      expect((await failureOf(pack(entries as ArchiveEntry[]))).code).toBe("archive_link_unsafe");
    }
  }
});

test("a hard link to something outside, or not there yet, is refused", async () => {
  const linkTo = (target: string) => tarOf([{ path: "p/a" }, { path: "p/b", type: "hardlink", target }]);
  expect((await failureOf(linkTo("/etc/passwd"))).code).toBe("archive_path_unsafe");
  expect((await failureOf(linkTo("p/later"))).code).toBe("archive_link_unsafe");
});

test.each(["character", "block", "pipe"] as const)("a %s entry is refused by name", async (type) => {
  for (const [, pack] of packers) {
    const error = await failureOf(pack([{ path: "p/a" }, { path: "p/device", type }]));
    expect(error.code).toBe("archive_entry_refused");
    expect(error.message).toContain('"p/device"');
  }
});

test("one path as both file and folder is refused", async () => {
  for (const [, pack] of packers)
    expect((await failureOf(pack([{ path: "p/a" }, { path: "p/a/b" }]))).code).toBe("archive_invalid");
});

test("too many files are refused: 100,000 by default, before they are all written", async () => {
  const many = Array.from({ length: 100_000 }, (_, at) => ({ path: `p/${at}` }));
  expect((await failureOf(zipOf(many))).code).toBe("archive_too_many_files");
  const some = Array.from({ length: 200 }, (_, at) => ({ path: `p/${at}` }));
  for (const [, pack] of packers) {
    const error = await failureOf(pack(some), { maxEntries: 100 });
    expect(error).toMatchObject({ code: "archive_too_many_files", data: { limit: 100 } });
  }
  expect(writtenFiles()).toBeLessThanOrEqual(100);
});

test("content over the size limit is refused before it is written", async () => {
  const big = [{ path: "p/a", content: Buffer.alloc(2_000_000, "ab") }];
  for (const [, pack] of packers) {
    const error = await failureOf(pack(big), { maxBytes: 1_000_000 });
    expect(error).toMatchObject({ code: "archive_too_large", data: { limit: 1_000_000 } });
    expect(writtenBytes()).toBeLessThanOrEqual(1_000_000);
  }
  expect((await failureOf(tarOf(good), { maxPackedBytes: 1000 })).code).toBe("archive_too_large");
});

test("what blows up beyond the ratio is refused while it streams", async () => {
  const zeros = Buffer.alloc(64 * 1024 * 1024);
  for (const pack of [tgzOf, zipOf]) {
    expect((await failureOf(pack([{ path: "p/a", content: zeros }]))).code).toBe("archive_too_large");
    expect(writtenBytes()).toBeLessThan(40 * 1024 * 1024);
  }
});

test("a zip file whose entries share one content is refused by its ratio", async () => {
  const entries = Array.from({ length: 40 }, (_, at) => ({
    path: `p/${at}`,
    content: Buffer.alloc(1_000_000),
  }));
  const error = await failureOf(zipOf(entries, { shared: true }));
  expect(error.code).toBe("archive_too_large");
});

test("an entry that holds more, or less, than it declares is refused", async () => {
  const lies = (declaredBytes: number) => zipOf([{ path: "p/a", content: "x".repeat(1000), declaredBytes }]);
  expect((await failureOf(lies(10))).code).toBe("archive_invalid");
  expect((await failureOf(lies(10_000))).code).toBe("archive_invalid");
});

test("padding without end after a tar file's end costs no memory and is refused", async () => {
  const content = gzipSync(Buffer.concat([tarOf(good), Buffer.alloc(200 * 1024 * 1024)]));
  expect((await failureOf(content)).code).toBe("archive_too_large");
});

const segment = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("a", "b", "c") },
  { weight: 2, arbitrary: fc.constantFrom("..", ".") },
  { weight: 1, arbitrary: fc.constantFrom("", "d\\e", "C:", "x\0y", "é", "-rf", "\n") },
  { weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 3 }) },
);
const path = fc
  .array(segment, { minLength: 1, maxLength: 5 })
  .map((segments) => segments.join("/"))
  .filter((text) => text !== "");
const type = fc.constantFrom("file", "file", "link", "link", "folder", "hardlink", "pipe");
const entry = fc.record({ path, type, content: fc.string(), target: path }) as fc.Arbitrary<ArchiveEntry>;
const entries = fc.array(entry, { minLength: 1, maxLength: 8 });

test.each(packers)(
  "whatever a %s file says, nothing is written outside and no link leads there",
  async (_name, pack) => {
    await fc.assert(
      fc.asyncProperty(entries, async (wild) => {
        await unpackWild(pack(wild));
      }),
      { numRuns: 250 },
    );
  },
);

test.each(packers)(
  "a %s file with damaged bytes is unpacked or refused, and nothing else",
  async (_name, pack) => {
    const whole = pack(good);
    const damage = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(damage, fc.nat(whole.length), async (changes, length) => {
        const content = Buffer.from(whole.subarray(0, length % 3 === 0 ? length : whole.length));
        for (const [at, value] of changes) if (at < content.length) content[at] = value;
        await unpackWild(content);
      }),
      { numRuns: 150 },
    );
  },
);

async function unpackWild(content: Buffer): Promise<void> {
  const room = join(folder, String(count));
  const root = await unpack(content).catch((error: unknown) => {
    expect(isNoxusError(error) && error.code.startsWith("archive_"), String(error)).toBe(true);
    return undefined;
  });
  expect(readdirSync(room).filter((name) => name !== "into")).toEqual(["package"]);
  expect(readFileSync(join(room, "package")).equals(content)).toBe(true);
  if (root) expect(linksLeadingOut(root)).toEqual([]);
  await rm(room, { recursive: true, maxRetries: 5 });
}

/** Asked of the system, not of our own walk. */
function linksLeadingOut(root: string): string[] {
  const links = readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((each) => each.isSymbolicLink())
    .map((each) => join(each.parentPath, each.name));
  if (links.length === 0) return [];
  const { stdout } = spawnSync("realpath", ["-m", "-z", "--", ...links], { encoding: "utf8" });
  const landings = stdout.split("\0").slice(0, -1);
  expect(landings).toHaveLength(links.length);
  return landings.filter((landing) => landing !== root && !landing.startsWith(`${root}/`));
}

function lastInto(): string {
  return join(folder, String(count - 1), "into");
}

function writtenFiles(): number {
  return readdirSync(lastInto(), { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
    .length;
}

function writtenBytes(): number {
  return readdirSync(lastInto(), { recursive: true, withFileTypes: true })
    .map((each) => lstatSync(join(each.parentPath, each.name)).size)
    .reduce((sum, size) => sum + size, 0);
}
