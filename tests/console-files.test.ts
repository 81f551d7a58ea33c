import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityProblems } from "../fixtures/axe.ts";
import { browserMissing, waitUntilSettled } from "../fixtures/browser.ts";
import { type ConsoleSession, startConsoleSession } from "../fixtures/console-session.ts";
import { dropFiles } from "../fixtures/drop-files.ts";
import { pageOfEachTest } from "../fixtures/page-of-each-test.ts";

/** Files as people keep them: dropped, looked into, found, deleted. */
let session: ConsoleSession;
let page: Page;

/** One pixel. */
const picture = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

const missing = browserMissing ? ` (skipped: ${browserMissing})` : "";
describe.skipIf(browserMissing !== undefined)(`the console's files${missing}`, () => {
  beforeAll(async () => {
    session = await startConsoleSession({
      args: ["--no-examples"],
      env: { NOXUS_MAX_FILE_BYTES: "1000000" },
    });
  });
  afterAll(() => session?.close());
  pageOfEachTest(
    () => session,
    async (opened) => {
      page = opened;
      await page.goto(`${session.noxus.url}/console/files`);
      await page.getByRole("heading", { name: "Files", level: 1 }).waitFor();
      await waitUntilSettled(page);
    },
    { expected: /status of 413/ },
  );

  test("several are dropped at once; one that is refused says why, stays, and is left", async () => {
    await page.getByText("No files yet").waitFor();
    await dropFiles(page.locator(".drop-area"), [
      { name: "notes.txt", type: "text/plain", content: Buffer.from("The engine weaves algebra.") },
      { name: "pixel.png", type: "image/png", content: picture },
      { name: "too-large.bin", content: Buffer.alloc(1_000_001) },
    ]);
    await page.getByText("2 files uploaded").waitFor();
    await page.getByText("too-large.bin was not uploaded").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Leave it" }).click();
    await page.getByText("too-large.bin was not uploaded").waitFor({ state: "hidden" });
    expect(await page.getByRole("row").count()).toBe(3);
  });

  test("an upload goes on while one looks at another page, warns before the tab is closed, and is stopped", async () => {
    const held = Promise.withResolvers<void>();
    await page.route("**/v1/file", async (route) => {
      await held.promise;
      await route.continue();
    });
    await dropFiles(page.locator(".drop-area"), [
      { name: "first.txt", content: Buffer.from("first") },
      { name: "second.txt", content: Buffer.from("second") },
    ]);
    await page.getByText("second.txt: 0 %").waitFor();
    await page.getByRole("link", { name: "Runs", exact: true }).click();
    await page.getByRole("heading", { name: "Runs", level: 1 }).waitFor();
    await page.getByRole("link", { name: "Files", exact: true }).click();
    await page.getByText(/^first.txt: \d+ %/).waitFor();
    const asked = page.waitForEvent("dialog");
    await page.close({ runBeforeUnload: true });
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.dismiss();
    await page.getByRole("button", { name: "Stop the upload of second.txt" }).click();
    await page.getByText("second.txt: 0 %").waitFor({ state: "detached" });
    held.resolve();
    await page.getByRole("row", { name: /first\.txt/ }).waitFor();
    await page.getByText(/^first.txt: \d+ %/).waitFor({ state: "detached" });
    expect(await page.getByRole("row", { name: /second\.txt/ }).count()).toBe(0);
  });

  test("what a browser can show is looked into, at an address of its own", async () => {
    await page.getByRole("button", { name: "notes.txt", exact: true }).click();
    await page.getByRole("dialog", { name: "notes.txt" }).getByText("The engine weaves algebra.").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.reload();
    await page.getByRole("dialog", { name: "notes.txt" }).getByText("The engine weaves algebra.").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "pixel.png", exact: true }).click();
    const image = page.getByRole("dialog").getByRole("img", { name: "pixel.png" });
    await image.waitFor();
    await expect
      .poll(() => image.evaluate((drawn) => (drawn as unknown as { naturalWidth: number }).naturalWidth))
      .toBe(1);
  });

  test("one is found by a part of its name, downloaded and deleted", async () => {
    await page.getByRole("searchbox", { name: "Search files" }).fill("PIXEL");
    await expect.poll(() => page.getByRole("row").count()).toBe(2);
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download pixel.png" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("pixel.png");
    await page.getByRole("button", { name: "Delete pixel.png" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("No file has this in its name").waitFor();
    await page.getByRole("button", { name: "Show all" }).click();
    await page.getByRole("button", { name: "notes.txt", exact: true }).waitFor();
  });
});
