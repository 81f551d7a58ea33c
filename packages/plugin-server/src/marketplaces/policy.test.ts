import { expect, test } from "vitest";
import { describePolicy, marketplaceOf, openPolicy } from "./policy.ts";

const url = "https://git.example/team/market.git";
const listed = openPolicy(url, "stable");
const [first] = listed.marketplaces;
if (!first) throw new Error("The open policy has one.");
const policy = {
  ...listed,
  marketplaces: [{ ...first, token: "t0ken", signatures: "required" as const, keys: [{ key: "ed25519:x" }] }],
};

test.each([
  url,
  "https://git.example/team/market",
  "https://git.example/team/market.git/",
  "http://git.example/team/market.git",
  "ssh://git@git.example/team/market.git",
  "git@git.example:team/market.git",
  "HTTPS://Git.Example/team/market",
])("%s is the listed one, with its policy", (repo_url) => {
  expect(marketplaceOf(policy, { repo_url })).toMatchObject({ signatures: "required", branch: "stable" });
});

test("credentials go to the address that they were listed with, and nowhere else", () => {
  const spelled = marketplaceOf(policy, { repo_url: "http://git.example/team/market.git" });
  expect(spelled).toMatchObject({ repo_url: url, token: "t0ken" });
  const other = marketplaceOf(policy, { repo_url: "https://git.example/team/other.git" });
  expect(other).toMatchObject({ signatures: "optional", branch: "main" });
  expect(other.token).toBeUndefined();
  expect(JSON.stringify(describePolicy(policy))).not.toContain("t0ken");
});

test("a source's own credentials in the address count, and its branch", () => {
  const repo_url = "https://ann:pa55@git.example/team/market.git";
  expect(marketplaceOf(policy, { repo_url, branch: "next" })).toMatchObject({ repo_url, branch: "next" });
  expect(() => marketplaceOf({ ...policy, others: "refused" }, { repo_url: `${repo_url}x` })).toThrow(
    /^(?!.*pa55).*https:\/\/git\.example\/team\/market\.gitx is none of them/,
  );
});
