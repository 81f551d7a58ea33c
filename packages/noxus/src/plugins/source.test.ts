import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { CommandContext } from "../command-line/define.ts";
import { chooseSource } from "./source.ts";

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "noxus-source-"));
  mkdirSync(join(cwd, "my-plugin"));
  for (const name of ["tools.tar.gz", "tools.rar"]) writeFileSync(join(cwd, name), "");
});
afterAll(() => rmSync(cwd, { recursive: true }));

const choose = (word: string, options = {}) =>
  chooseSource({ cwd, env: { GIT_TOKEN: "t0ken" } } as unknown as CommandContext, word, options);

test("a Git address, over https, ssh or as user@host, is a git source with what was said of it", async () => {
  const options = { commit: "1a2b3c", path: "plugins/a", tokenEnv: "GIT_TOKEN" };
  expect(await choose("https://git.example/a.git", options)).toEqual({
    type: "git",
    repo_url: "https://git.example/a.git",
    branch: "main",
    commit: "1a2b3c",
    path: "plugins/a",
    token: "t0ken",
  });
  expect(await choose("git@git.example:team/a.git")).toMatchObject({ type: "git" });
});

test("an archive that is there, a folder with --local, and a name with --marketplace", async () => {
  expect(await choose("./tools.tar.gz")).toEqual({ type: "archive", path: join(cwd, "tools.tar.gz") });
  expect(await choose("my-plugin", { local: true })).toEqual({ type: "local", path: join(cwd, "my-plugin") });
  expect(await choose("a", { marketplace: "https://git.example/m.git", version: "1.0.0" })).toEqual({
    type: "marketplace",
    name: "a",
    version: "1.0.0",
    repo_url: "https://git.example/m.git",
  });
});

test("what cannot be a source is refused with what to do", async () => {
  await expect(choose("my-plugin")).rejects.toThrow("Add --local");
  await expect(choose("./none.tar.gz")).rejects.toThrow("There is no file or folder ./none.tar.gz");
  await expect(choose("text-tools")).rejects.toThrow("add --marketplace");
  await expect(choose("tools.rar")).rejects.toThrow("expected .tar.gz");
  await expect(choose("./none", { local: true })).rejects.toThrow("is not there");
  await expect(choose("https://git.example/a.git", { tokenEnv: "NONE" })).rejects.toThrow(
    "NONE is empty or not set",
  );
});
