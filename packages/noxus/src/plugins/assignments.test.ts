import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readAssignments } from "./assignments.ts";

const cwd = tmpdir();

test("values become what the manifest says", async () => {
  const fields = {
    port: { type: "int" },
    ratio: { type: "float" },
    tls: { type: "bool" },
    tags: { type: "list[str]" },
    extra: { type: "dict | None" },
    name: { type: "str" },
  };
  const words = ["port=8080", "ratio=0.5", "tls=no", 'tags=["a"]', 'extra={"b": 1}', "name=1=2"];
  expect(await readAssignments({ cwd }, words, fields)).toEqual({
    port: 8080,
    ratio: 0.5,
    tls: false,
    tags: ["a"],
    extra: { b: 1 },
    name: "1=2",
  });
});

test("a value of another type is refused by naming the key, the type and what came", async () => {
  const attempt = (word: string, type: string) => readAssignments({ cwd }, [word], { k: { type } });
  await expect(attempt("k=1.5", "int")).rejects.toMatchObject({
    code: "plugin_config_invalid",
    message: 'k: expected int, and got "1.5".',
  });
  await expect(attempt("k=perhaps", "bool")).rejects.toThrow("true or false");
  await expect(attempt("k={}", "list[str]")).rejects.toThrow("such as");
});

test("@ reads a file, an empty value removes the key", async () => {
  const folder = mkdtempSync(join(cwd, "noxus-config-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "key.txt"), "s3cret\n");
  expect(await readAssignments({ cwd: folder }, ["key=@key.txt", "old="])).toEqual({
    key: "s3cret",
    old: null,
  });
  await expect(readAssignments({ cwd: folder }, ["key=@none.txt"])).rejects.toThrow(/cannot be read/);
});

test("a word without = is refused", async () => {
  await expect(readAssignments({ cwd }, ["organisation"])).rejects.toThrow(
    'Expected key=value, and got "organisation".',
  );
});
