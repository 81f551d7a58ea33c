import { expect, test } from "vitest";
import { parseGitAddress } from "./git-address.ts";
import { redactor } from "./git-environment.ts";

test("an https address loses its user and password, which become credentials for its origin", () => {
  expect(parseGitAddress({ repo_url: "https://ada:p%40ss@git.example:8443/a.git" }, [])).toEqual({
    url: "https://git.example:8443/a.git",
    origin: "https://git.example:8443",
    credentials: { username: "ada", password: "p@ss" },
    warnings: [],
  });
});

test("a user alone is no credential, a token in its place is", () => {
  expect(parseGitAddress({ repo_url: "https://git@git.example/a.git" }, []).credentials).toBeUndefined();
  const token = "0123456789abcdef0123";
  const { url, credentials } = parseGitAddress({ repo_url: `https://${token}@git.example/a.git` }, []);
  expect({ url, credentials }).toEqual({
    url: "https://git.example/a.git",
    credentials: { username: token, password: token },
  });
});

test("a token travels with the user that its host expects", () => {
  const userAt = (repo_url: string) => parseGitAddress({ repo_url, token: "t" }, []).credentials?.username;
  expect(userAt("https://git.example/a.git")).toBe("x-access-token");
  expect(userAt("https://bitbucket.org/a/b.git")).toBe("x-token-auth");
});

test("credentials over plain http are warned of, except on this machine", () => {
  const warningsAt = (repo_url: string) => parseGitAddress({ repo_url, token: "t" }, []).warnings.length;
  expect(warningsAt("http://git.example/a.git")).toBe(1);
  expect(warningsAt("http://127.0.0.1:8080/a.git")).toBe(0);
});

test("ssh addresses keep their user", () => {
  for (const repo_url of ["git@git.example:team/a.git", "ssh://git@git.example/team/a.git"])
    expect(parseGitAddress({ repo_url }, [])).toEqual({ url: repo_url, warnings: [] });
});

test("a password is taken out of Git's words in each form in which it travels", () => {
  const redact = redactor(
    parseGitAddress({ repo_url: "https://git.example/a", username: "u", password: "p@ss/1" }, []),
  );
  const basic = Buffer.from("u:p@ss/1").toString("base64");
  const shown = redact(`fatal: https://u:x@git.example p@ss/1 p%40ss%2F1 ${basic}`);
  expect(shown).toBe("fatal: https://git.example [redacted] [redacted] [redacted]");
});
