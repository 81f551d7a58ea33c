import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityProblems } from "../fixtures/axe.ts";
import { browserMissing, waitUntilSettled } from "../fixtures/browser.ts";
import { type ConsoleSession, startConsoleSession } from "../fixtures/console-session.ts";
import { addManyPlugins } from "../fixtures/many-plugins.ts";
import { pageOfEachTest } from "../fixtures/page-of-each-test.ts";

/** The list of plugins where there are hundreds: found, filtered, scrolled, by mouse and by keyboard. */
let session: ConsoleSession;
let page: Page;

const missing = browserMissing ? ` (skipped: ${browserMissing})` : "";
describe.skipIf(browserMissing !== undefined)(`the console's list of plugins${missing}`, () => {
  beforeAll(async () => {
    session = await startConsoleSession({ args: ["--no-examples"] });
    await addManyPlugins(session.noxus, 300);
  });
  afterAll(() => session?.close());
  pageOfEachTest(
    () => session,
    (opened) => {
      page = opened;
    },
  );

  test("more comes as somebody scrolls, and only what is near the window is drawn", async () => {
    await open("/plugins");
    const table = page.getByRole("table", { name: "Plugins" });
    expect(await table.getAttribute("aria-rowcount")).toBe("301");
    const last = page.getByRole("link", { name: "Plugin number 300", exact: true });
    expect(await last.count()).toBe(0);
    await expect
      .poll(
        async () => {
          await page.mouse.wheel(0, 4_000);
          return last.count();
        },
        { timeout: 20_000, interval: 100 },
      )
      .toBe(1);
    expect(await page.getByRole("row").count()).toBeLessThan(90);
  });

  test("states are counted and chosen, words are searched, and both stand in the address", async () => {
    await open("/plugins");
    await page.getByRole("button", { name: "Error 30" }).click();
    await page.getByText("The plugin's process ended with exit code 1.").first().waitFor();
    await page
      .getByText(/^tried again in (59|60) min/)
      .first()
      .waitFor();
    await expect.poll(() => page.getByRole("row").count()).toBe(31);
    // As slowly as the words are asked for: what comes back of them takes nothing from what was typed meanwhile.
    const field = page.getByRole("searchbox", { name: "Search plugins" });
    await field.pressSequentially("number 13", { delay: 205 });
    expect(await field.inputValue()).toBe("number 13");
    await page.getByRole("link", { name: "Plugin number 130", exact: true }).waitFor();
    await expect.poll(() => page.getByRole("row").count()).toBe(2);
    expect(new URL(page.url()).search).toBe("?state=error&q=number+13");
    await page.reload();
    await page.getByRole("link", { name: "Plugin number 130", exact: true }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("searchbox", { name: "Search plugins" }).fill("none of these");
    await page.getByText("No plugin fits").waitFor();
    await page.getByRole("button", { name: "Show all" }).click();
    await page.getByRole("link", { name: "Plugin number 1", exact: true }).waitFor();
  });

  test("goes from row to row, and into one, by keyboard", async () => {
    await open("/plugins?q=number%2029");
    await page.getByRole("link", { name: "Plugin number 29", exact: true }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("j");
    await page.keyboard.press("k");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Plugin number 290", level: 1 }).waitFor();
  });

  test("what the palette is asked for comes from the platform, however many there are", async () => {
    await open("/plugins?q=number%201");
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder(/^Go to a page/).fill("number 277");
    await page.getByRole("button", { name: /^Plugin number 277/ }).click();
    await page.getByRole("heading", { name: "Plugin number 277", level: 1 }).waitFor();
  });
});

async function open(path: string): Promise<void> {
  await page.goto(`${session.noxus.url}/console${path}`);
  await page.getByRole("table").waitFor();
  await waitUntilSettled(page);
}
