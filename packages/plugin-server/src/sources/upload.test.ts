import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { NoxusError } from "@noxus/contracts";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { tgzOf, zipOf } from "../../../../fixtures/archives.ts";
import { openPolicy } from "../marketplaces/policy.ts";
import { type FetchSourceOptions, fetchSource } from "./fetch-source.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "upload-test-"));
});

afterEach(async () => {
  expect(await readdir(folder)).toEqual([]);
});

afterAll(() => rm(folder, { recursive: true }));

const source = { type: "upload", file_id: "f1", filename: "tools-1.0.0.tar.gz" } as const;
const entries = [{ path: "tools/pyproject.toml", content: "[project]" }, { path: "tools/tools/__init__.py" }];

function options(
  uploads: FetchSourceOptions["uploads"],
  more: Partial<FetchSourceOptions> = {},
): FetchSourceOptions {
  return {
    into: join(folder, "fetch"),
    policy: async () => openPolicy(),
    allowLocal: false,
    localRoots: [],
    uploads,
    environment: {},
    signal: new AbortController().signal,
    ...more,
  };
}

async function failureOf(uploads: FetchSourceOptions["uploads"], more: Partial<FetchSourceOptions> = {}) {
  return fetchSource(source, options(uploads, more)).then(
    () => undefined,
    (error: unknown) => error,
  );
}

test("an uploaded package becomes a folder, of the kind that its content and not its name says", async () => {
  for (const content of [tgzOf(entries), zipOf(entries)]) {
    const asked: string[] = [];
    const chosen = options(async (fileId) => {
      asked.push(fileId);
      return Readable.from([content.subarray(0, 10), content.subarray(10)]);
    });
    const { folder: plugin, commit, warnings } = await fetchSource(source, chosen);
    expect(readFileSync(join(plugin, "pyproject.toml"), "utf8")).toBe("[project]");
    expect({ asked, commit, warnings }).toEqual({ asked: ["f1"], commit: undefined, warnings: [] });
    expect(await readdir(chosen.into)).toEqual(["plugin"]);
    await rm(chosen.into, { recursive: true });
  }
});

test("a file that is not there any more is said in the caller's words", async () => {
  const missing = new NoxusError("source_file_missing", "No file f1.");
  expect(await failureOf(() => Promise.reject(missing))).toBe(missing);
});

test("a stream that breaks off is no half-made plugin", async () => {
  async function* broken() {
    yield tgzOf(entries).subarray(0, 20);
    throw new Error("connection reset");
  }
  const error = await failureOf(async () => Readable.from(broken()));
  expect(error).toMatchObject({
    code: "source_file_missing",
    message: expect.stringMatching(
      /connection reset.*Check that the platform answers; if it does, upload the file again\.$/,
    ),
  });
});

test("a stream without end stops at the limit", async () => {
  async function* endless() {
    for (;;) yield Buffer.alloc(64 * 1024);
  }
  const error = await failureOf(async () => Readable.from(endless()), {
    limits: { maxPackedBytes: 1_000_000 },
  });
  expect(error).toMatchObject({ code: "archive_too_large" });
});

test("a refused archive leaves nothing", async () => {
  const error = await failureOf(async () => Readable.from([tgzOf([...entries, { path: "../x" }])]));
  expect(error).toMatchObject({ code: "archive_path_unsafe" });
});

test("an abort ends a stream that brings nothing, and leaves nothing", async () => {
  const controller = new AbortController();
  const silent = new Readable({ read() {} });
  const running = failureOf(
    async () => {
      queueMicrotask(() => controller.abort(new Error("enough")));
      return silent;
    },
    { signal: controller.signal },
  );
  expect(await running).toMatchObject({ message: "enough" });
  expect(silent.destroyed).toBe(true);
});
