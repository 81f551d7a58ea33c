import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readSecrets } from "./secrets.ts";

test("secrets are made once, differ from each other, and are for the owner only", () => {
  const folder = mkdtempSync(join(tmpdir(), "noxus-secrets-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const first = readSecrets(folder);
  chmodSync(join(folder, "admin-key"), 0o644);
  expect(readSecrets(folder)).toEqual(first);
  expect(new Set(Object.values(first)).size).toBe(3);
  const modes = readdirSync(folder).map((file) => statSync(join(folder, file)).mode & 0o777);
  expect(modes).toEqual([0o600, 0o600, 0o600]);
});
