import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { accessibilityProblems } from "../fixtures/axe.ts";
import { browserMissing, waitUntilSettled } from "../fixtures/browser.ts";
import { type ConsoleSession, startConsoleSession } from "../fixtures/console-session.ts";
import { pageOfEachTest } from "../fixtures/page-of-each-test.ts";

/** Credentials as people give them: by a form, or by a sign-in on the service's own page. */
let session: ConsoleSession;
let page: Page;

const missing = browserMissing ? ` (skipped: ${browserMissing})` : "";
describe.skipIf(browserMissing !== undefined)(`the console's credentials${missing}`, () => {
  beforeAll(async () => {
    session = await startConsoleSession({ args: ["--no-examples"] });
    await Promise.all(["sdk-0-6-0", "with-integration"].map(install));
  });
  afterAll(() => session?.close());
  pageOfEachTest(
    () => session,
    async (opened) => {
      page = opened;
      await page.goto(`${session.noxus.url}/console/credentials`);
      await page.getByRole("heading", { name: "Credentials", level: 1 }).waitFor();
      await waitUntilSettled(page);
    },
  );

  test("a person signs in with a code on the service's page, and what comes of it is stored", async () => {
    await page.getByText("No credentials yet").waitFor();
    await page.getByRole("button", { name: "Add credentials" }).click();
    const dialog = page.getByRole("dialog", { name: "Add credentials" });
    await choose("Integration", "Account");
    await dialog.getByRole("textbox", { name: "Name" }).fill("mine");
    // The service takes its time to answer, as one does that waits for a person.
    const confirmed = Promise.withResolvers<void>();
    await page.route("**/sign-in/poll", async (route) => {
      await confirmed.promise;
      await route.continue();
    });
    await dialog.getByRole("button", { name: "Sign in to Account" }).click();
    await dialog.getByText("ABCD-EFGH").waitFor();
    const link = dialog.getByRole("link", { name: "Open the page" });
    expect(await link.getAttribute("href")).toBe("https://account.example/device");
    await dialog.getByText(/The code is good until.*in (9|10) min/).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    confirmed.resolve();
    await page.getByText("Signed in. The credentials are stored.").waitFor();
    const row = page.getByRole("row", { name: /^Account.*mine/ });
    await row.getByText("sdk-0-6-0").waitFor();
    await row.getByRole("button", { name: "Test mine" }).click();
    await row.getByText("Accepted by the plugin").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test("stored ones are renamed and replaced without being shown, tested in place, and deleted", async () => {
    const secret = "word-key-of-old";
    const payload = { api_key: secret };
    await session.request("/v1/credentials", { integration: "vault", name: "old", payload });
    const row = (name: string) => page.getByRole("row", { name: new RegExp(`^Vault.*${name}`, "i") });
    await row("old").waitFor();
    await act("old", "Rename or replace …");
    const dialog = page.getByRole("dialog", { name: "Change credentials" });
    expect(await dialog.innerHTML()).not.toContain(secret);
    await dialog.getByRole("textbox", { name: "Name" }).fill("new");
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Save" }).click();
    await row("new").waitFor();
    await row("new").getByRole("button", { name: "Test new" }).click();
    await row("new")
      .getByText(/by the plugin$/)
      .waitFor();
    await act("new", "Delete …");
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await row("new").waitFor({ state: "detached" });
  });
});

async function install(name: string): Promise<void> {
  const source = { type: "local", path: join(import.meta.dirname, "../fixtures/plugins", name) };
  await session.request("/v1/plugins", { source });
  const plugin = () => session.request<{ status: string }>(`/v1/plugins/${name}`);
  await vi.waitFor(async () => expect((await plugin()).status).toBe("running"), { timeout: 60_000 });
}

async function choose(field: string, choice: string): Promise<void> {
  await page.getByRole("combobox", { name: field }).click();
  await page.getByRole("option", { name: choice, exact: true }).click();
}

async function act(name: string, action: string): Promise<void> {
  await page.getByRole("button", { name: `What to do with ${name}` }).click();
  await page.getByRole("menuitem", { name: action }).click();
  await page.getByRole("menu").waitFor({ state: "detached" });
}
