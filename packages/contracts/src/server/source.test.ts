import { expect, test } from "vitest";
import { sourceSchema, withoutSecrets } from "./source.ts";

test("a git source has the published defaults", () => {
  expect(sourceSchema.parse({ type: "git", repo_url: "https://git.example/a.git" })).toEqual({
    type: "git",
    repo_url: "https://git.example/a.git",
    branch: "main",
  });
});

test("nothing secret is left of a git source: not the token, not the password, not the address's user info", () => {
  const source = sourceSchema.parse({
    type: "git",
    repo_url: "https://ada:s3cret@git.example/a.git",
    token: "s3cret",
    username: "ada",
    password: "s3cret",
  });
  const shown = withoutSecrets(source);
  expect(JSON.stringify(shown)).not.toContain("s3cret");
  expect(shown).toEqual({
    type: "git",
    repo_url: "https://git.example/a.git",
    branch: "main",
    username: "ada",
  });
});

test("an ssh address keeps its user, which is no secret but part of the address", () => {
  const source = sourceSchema.parse({ type: "git", repo_url: "git@git.example:team/a.git" });
  expect(withoutSecrets(source)).toMatchObject({ repo_url: "git@git.example:team/a.git" });
});

test("an unknown kind of source is refused by naming the kinds", () => {
  expect(sourceSchema.safeParse({ type: "ftp" }).success).toBe(false);
});

test("a marketplace's address is shown without the credentials inside it", () => {
  const source = sourceSchema.parse({
    type: "marketplace",
    name: "x",
    repo_url: "https://tok@git.example/m.git",
  });
  expect(withoutSecrets(source)).toMatchObject({ repo_url: "https://git.example/m.git" });
});
