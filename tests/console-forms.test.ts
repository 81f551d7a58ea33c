import { join } from "node:path";
import type { Plugin } from "@noxus/contracts";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { accessibilityProblems } from "../fixtures/axe.ts";
import { browserMissing, waitUntilSettled } from "../fixtures/browser.ts";
import { type ConsoleSession, startConsoleSession } from "../fixtures/console-session.ts";
import { pageOfEachTest } from "../fixtures/page-of-each-test.ts";
import { v1Node } from "../fixtures/workflow-runs.ts";

/** Forms as people fill them in: every control, what is typed half, what is given up again. */
let session: ConsoleSession;
let page: Page;

const missing = browserMissing ? ` (skipped: ${browserMissing})` : "";
describe.skipIf(browserMissing !== undefined)(`the console's forms${missing}`, () => {
  beforeAll(async () => {
    session = await startConsoleSession({ args: ["--no-examples"] });
    const path = join(import.meta.dirname, "../fixtures/plugins-ts/every-control");
    await session.request("/v1/plugins", { source: { type: "local", path } });
    await vi.waitUntil(async () => (await plugin()).status === "running", { timeout: 60_000, interval: 200 });
  });
  afterAll(() => session?.close());
  pageOfEachTest(
    () => session,
    (opened) => {
      page = opened;
    },
  );

  test("every control gives its field what the plugin takes", async () => {
    await openForm();
    await field("line").getByRole("textbox").fill("one");
    await field("lines").getByRole("textbox").fill("one\ntwo");
    await field("parts").getByRole("textbox").fill("a part");
    await field("secret").getByLabel("Secret").first().fill("hidden");
    await field("balance").getByRole("textbox").pressSequentially("-0.05");
    await field("share").getByRole("textbox").fill("35");
    await field("span").getByRole("textbox").first().fill("-3");
    await field("loud").getByRole("switch").press("Space");
    await field("chat").getByRole("textbox").fill("a text");
    await choose("colour", "green");
    await choose("sizes", "M");
    await field("level").getByText("high").click();
    await field("shape").getByText("square").click();
    await field("paint").getByRole("textbox").fill("#00ff00");
    await field("words").getByRole("combobox").pressSequentially("a,b,");
    await field("chips").getByRole("textbox").fill("chips");
    await field("at").locator("input").fill("09:30");
    await field("phone").getByRole("textbox").fill("+351 1");
    await field("condition").getByRole("textbox").fill('{"any": []}');
    await field("rows").getByRole("button", { name: "Add a row" }).click();
    await field("rows").getByLabel("role 1").fill("captain");
    await field("pairs").getByRole("button", { name: "Add a row" }).click();
    await field("pairs").getByLabel("Content 1").fill("text/plain");
    await waitUntilSettled(page);
    expect(await accessibilityProblems(page)).toEqual([]);
    await save();
    expect((await plugin()).config).toEqual({
      line: "one",
      lines: "one\ntwo",
      parts: [{ text: "a part" }],
      secret: "•••",
      balance: -0.05,
      share: 35,
      span: [-3, 10],
      loud: true,
      chat: "a text",
      colour: "green",
      sizes: ["M"],
      level: "high",
      shape: "square",
      paint: "#00ff00",
      words: ["a", "b"],
      chips: "chips",
      at: "09:30",
      phone: "+351 1",
      condition: { any: [] },
      rows: [{ name: "", role: "captain" }],
      pairs: [{ key: "", value: "text/plain" }],
    });
  });

  test("a key may pass by another one while it is typed, and numbers keep their place", async () => {
    await openForm();
    const headers = field("headers");
    const key = (number: number) => headers.getByRole("textbox", { name: `Header ${number}` });
    const content = (number: number) => headers.getByRole("textbox", { name: `Content ${number}` });
    for (const [index, [name, value]] of [["b", "first"] as const, ["bc", "second"] as const].entries()) {
      await headers.getByRole("button", { name: "Add a row" }).click();
      await key(index + 1).fill("");
      await key(index + 1).pressSequentially(name);
      await content(index + 1).fill(value);
    }
    await key(2).fill("b");
    await headers.getByText("Two rows have the same key").waitFor();
    await page.getByRole("button", { name: "Save configuration" }).click();
    expect((await plugin()).config.headers).toBeUndefined();
    await key(2).fill("1");
    expect(await key(1).inputValue()).toBe("b");
    await save();
    expect((await plugin()).config.headers).toEqual({ b: "first", 1: "second" });
  });

  test("half of a value is not sent, and what is discarded is what it was in every control", async () => {
    await session.request("/v1/plugins/every-control", { config: { condition: { any: [] } } }, "PATCH");
    await openForm();
    const condition = field("condition").getByRole("textbox");
    const before = await condition.inputValue();
    await condition.fill('{"all": [1]}');
    await condition.fill('{"all": [1]');
    await page.getByRole("button", { name: "Save configuration" }).click();
    await field("condition").getByText("This is not JSON.").waitFor();
    expect((await plugin()).config.condition).toEqual({ any: [] });
    await field("line").getByRole("textbox").fill("another");
    await page.getByRole("button", { name: "Discard changes" }).click();
    expect(await condition.inputValue()).toBe(before);
    expect(await field("line").getByRole("textbox").inputValue()).not.toBe("another");
    expect(await page.getByRole("button", { name: "Save configuration" }).isDisabled()).toBe(true);
  });

  test("a run is not started before its file is uploaded, and its form shows which it is", async () => {
    const file = { ...v1Node("in", "InputNode", { label: "Picture", type: "File" }) };
    const { id } = await session.request<{ id: string }>("/v1/workflows", {
      name: "Takes a file",
      definition: { nodes: [file], edges: [] },
    });
    await page.goto(`${session.noxus.url}/console/workflows/${id}?run=new`);
    const dialog = page.getByRole("dialog");
    const slow = Promise.withResolvers<void>();
    await page.route("**/v1/file", async (route) => {
      await slow.promise;
      await route.continue();
    });
    const notes = { name: "notes.txt", mimeType: "text/plain", buffer: Buffer.from("Some notes.") };
    await dialog.locator("input[type=file]").setInputFiles(notes);
    await dialog.getByText("notes.txt").waitFor();
    await dialog.getByRole("button", { name: "Start" }).click();
    const unready = dialog.locator("input.unready");
    const said = await unready.evaluate(
      (input) => (input as { validationMessage?: string }).validationMessage,
    );
    expect(said).toBe("Wait until the file is uploaded.");
    slow.resolve();
    await unready.waitFor({ state: "detached" });
    await dialog.getByText("notes.txt").waitFor();
    await dialog.getByRole("button", { name: "Start" }).click();
    await page.locator("h1 ~ * [data-state=completed]").waitFor();
    await page.getByText("notes.txt").first().waitFor();
  });
});

const plugin = () => session.request<Plugin>("/v1/plugins/every-control");

const field = (name: string) => page.locator(`[data-field=${name}]`);

async function openForm(): Promise<void> {
  await page.goto(`${session.noxus.url}/console/plugins/every-control/configuration`);
  await field("condition").waitFor();
  await waitUntilSettled(page);
}

async function choose(name: string, choice: string): Promise<void> {
  await field(name).getByRole("combobox").click();
  await page.getByRole("option", { name: choice, exact: true }).click();
  await page.keyboard.press("Escape");
}

async function save(): Promise<void> {
  await page.getByRole("button", { name: "Save configuration" }).click();
  await page.getByText("Saved. The plugin starts with it now.").waitFor();
}
