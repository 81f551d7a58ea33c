import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testFolder } from "../../../../fixtures/script-plugin.ts";
import { removeHalfWritten, writeAtomically } from "./write-atomically.ts";

test("what a killed server had not finished to write is removed, what it had written stays", async () => {
  await using folder = await testFolder();
  const path = join(folder.path, "desired.json");
  await writeAtomically(path, "whole");
  await writeFile(`${path}.0123abcd.new`, "ha");
  await writeFile(join(folder.path, "something.new"), "of somebody else");
  await removeHalfWritten(folder.path);
  expect((await readdir(folder.path)).sort()).toEqual(["desired.json", "something.new"]);
  expect(await readFile(path, "utf8")).toBe("whole");
});
