import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findConnection } from "./find-connection.ts";

let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "noxus-connection-"));
});
afterEach(() => rmSync(cwd, { recursive: true }));

function leaveConnection(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "connection.json"),
    JSON.stringify({ url: "http://127.0.0.1:9000", apiKey: "local" }),
  );
}

test("the nearest data folder above is found", () => {
  leaveConnection(join(cwd, ".noxus"));
  mkdirSync(join(cwd, "a/b"), { recursive: true });
  expect(findConnection({ env: {}, cwd: join(cwd, "a/b") })).toEqual({
    url: "http://127.0.0.1:9000",
    apiKey: "local",
    dataFolder: join(cwd, ".noxus"),
  });
});

test("the environment goes before the data folder, and the folder's key is never sent elsewhere", () => {
  leaveConnection(join(cwd, ".noxus"));
  const elsewhere = { NOXUS_BACKEND_URL: "https://noxus.example/" };
  expect(() => findConnection({ env: elsewhere, cwd })).toThrow(/Set NOXUS_API_KEY/);
  expect(findConnection({ env: { ...elsewhere, NOXUS_API_KEY: "k" }, cwd })).toEqual({
    url: "https://noxus.example",
    apiKey: "k",
  });
});

test("the data folder's own address may come from the environment too", () => {
  leaveConnection(join(cwd, ".noxus"));
  expect(findConnection({ env: { NOXUS_BACKEND_URL: "http://127.0.0.1:9000" }, cwd }).apiKey).toBe("local");
});

test("a folder that is named is the one that is used", () => {
  leaveConnection(join(cwd, "elsewhere"));
  expect(findConnection({ env: {}, cwd, dataFolder: "elsewhere" }).apiKey).toBe("local");
  expect(findConnection({ env: { NOXUS_DATA_FOLDER: join(cwd, "elsewhere") }, cwd }).apiKey).toBe("local");
});

test("where nothing is to be found the error says what to do", () => {
  expect(() => findConnection({ env: {}, cwd })).toThrow(/npx noxus start.*NOXUS_BACKEND_URL/);
  expect(() => findConnection({ env: { NOXUS_BACKEND_URL: "noxus.example" }, cwd })).toThrow(
    /NOXUS_BACKEND_URL/,
  );
  mkdirSync(join(cwd, ".noxus"));
  writeFileSync(join(cwd, ".noxus/connection.json"), "{");
  expect(() => findConnection({ env: {}, cwd })).toThrow(/cannot be read/);
});
