import { desiredPluginSchema } from "@noxus/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprint, isMovable, sourceKeyOf, wantedOf } from "./wanted.ts";

const git = { type: "git", repo_url: "https://git.example/a.git", branch: "main" } as const;

test("new credentials are no new source, but another exact one", () => {
  const plugin = (token: string) =>
    wantedOf(
      desiredPluginSchema.parse({
        id: "0b6f0f0c-0f5a-4b0e-9d43-1f6a3b5b8d11",
        generation: 1,
        source: { ...git, token },
      }),
    );
  expect(plugin("one").sourceKey).toBe(plugin("two").sourceKey);
  expect(plugin("one").exactSourceKey).not.toBe(plugin("two").exactSourceKey);
  expect(sourceKeyOf(git)).not.toBe(sourceKeyOf({ ...git, branch: "next" }));
});

test("a pinned commit, a version and an upload do not move", () => {
  expect(isMovable(git)).toBe(true);
  expect(isMovable({ ...git, commit: "1a2b3c" })).toBe(false);
  expect(isMovable({ type: "marketplace", name: "a" })).toBe(true);
  expect(isMovable({ type: "marketplace", name: "a", version: "1" })).toBe(false);
  expect(isMovable({ type: "upload", file_id: "1", filename: "a.zip" })).toBe(false);
});

test("a fingerprint does not depend on the order of keys", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse());
      expect(fingerprint(turned)).toBe(fingerprint(value));
    }),
  );
});
