import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";

/** What servers answer is tested with the command; here is what the platform says by itself. */
let platform: TestPlatform;
beforeAll(async () => {
  platform = await startTestPlatform();
});
afterAll(() => platform?.stop());

test("without a plugin server nobody can look, and that is said", async () => {
  const source = { type: "git", repo_url: "https://git.example/tools.git" };
  for (const [path, body] of [
    ["/v1/marketplaces", undefined],
    ["/v1/marketplaces/plugins", undefined],
    ["/v1/plugins/preview", { source }],
  ] as const) {
    const answer = await platform.send(path, body ? { body } : {});
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({
      error: "plugin_server_unavailable",
      detail: expect.stringContaining("No plugin server is alive"),
    });
  }
});

test("an address with a password is refused, since addresses are logged, and a package that was not uploaded", async () => {
  const address = encodeURIComponent("https://ann:s3cret@git.example/market.git");
  const answer = await platform.send(`/v1/marketplaces/plugins?repo_url=${address}`);
  const text = await answer.text();
  expect([answer.status, text]).toEqual([400, expect.stringContaining("must hold no user or password")]);
  expect(text).not.toContain("s3cret");
  const source = { type: "upload", file_id: "00000000-0000-4000-8000-000000000000", filename: "a.zip" };
  const missing = await platform.send("/v1/plugins/preview", { body: { source } });
  expect(await missing.json()).toMatchObject({ error: "source_file_missing" });
});
