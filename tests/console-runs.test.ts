import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { accessibilityProblems } from "../fixtures/axe.ts";
import { browserMissing, waitUntilSettled } from "../fixtures/browser.ts";
import { type ConsoleSession, startConsoleSession } from "../fixtures/console-session.ts";
import { pageOfEachTest, refusals } from "../fixtures/page-of-each-test.ts";
import { v1Edge, v1Node } from "../fixtures/workflow-runs.ts";

/** Runs as people watch, read and repeat them: a real browser, the whole product, a real plugin. */
vi.setConfig({ testTimeout: 60_000 });
const plugin = join(import.meta.dirname, "../fixtures/plugins-ts/process");

let session: ConsoleSession;
let page: Page;

const missing = browserMissing ? ` (skipped: ${browserMissing})` : "";
describe.skipIf(browserMissing !== undefined)(`runs in the console${missing}`, () => {
  beforeAll(async () => {
    session = await startConsoleSession({
      args: ["--no-examples"],
      browser: { permissions: ["clipboard-read", "clipboard-write"] },
    });
    await session.request("/v1/plugins", { source: { type: "local", path: plugin } });
    await vi.waitUntil(isPluginRunning, { timeout: 60_000, interval: 200 });
  });
  afterAll(() => session?.close());
  pageOfEachTest(
    () => session,
    (opened) => {
      page = opened;
    },
    { expected: refusals },
  );

  test("shows values as what they are: texts folded, lists as tables, pictures large, the rest as a tree by keyboard", async () => {
    const picture = await upload("sun.svg", "image/svg+xml", sun);
    const customers = Array.from({ length: 300 }, (_, id) => ({ id, name: `Customer ${id}` }));
    const config = { model: { name: "large", stop: ["END"] }, note: "first line\nsecond line" };
    const notes = "# Notes\n- **two** boats";
    const input = { story: "A quiet morning.\n".repeat(60), picture, customers, config, notes };
    const { id } = await passThrough(input);
    await open(`/runs/${id}`, "Passes on");
    const output = page.locator(".run-output");

    await output.getByRole("button", { name: "Show all 1,020 characters" }).click();
    await output.getByRole("button", { name: "Show less" }).waitFor();

    await output.getByRole("radiogroup", { name: "How notes is shown" }).getByText("Markdown").click();
    await output.locator("strong", { hasText: "two" }).waitFor();

    const table = output.getByRole("table", { name: "customers" });
    expect(await table.getAttribute("aria-rowcount")).toBe("301");
    expect(await table.getByRole("row").count()).toBeLessThan(80);
    await output.getByRole("region", { name: "customers" }).press("End");
    await table.getByText("Customer 299").waitFor();

    await output.getByRole("button", { name: "Show sun.svg large" }).click();
    await page.getByRole("dialog").getByRole("img", { name: "sun.svg" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });

    const tree = output.getByRole("tree", { name: "config" });
    await tree.getByRole("treeitem", { name: /^note/ }).waitFor();
    await tree.focus();
    for (const key of ["Home", "ArrowRight"]) await page.keyboard.press(key);
    await tree.getByText("second line").waitFor();
    for (const key of ["ArrowDown", "ArrowLeft", "ArrowRight", "ArrowRight", "p"])
      await page.keyboard.press(key);
    expect(await clipboard()).toBe("model.name");
    await page.keyboard.press("c");
    expect(await clipboard()).toBe("large");
    await waitUntilSettled(page);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test("copies an id where the browser gives a page no clipboard, too", async () => {
    const { id } = await passThrough({ any: "thing" });
    await page.addInitScript("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    await open(`/runs/${id}`, "Passes on");
    const copy = page.getByRole("button", { name: `Copy ${id}` });
    await copy.click();
    await page.getByRole("tooltip", { name: "Copied" }).waitFor();
    expect(await copy.evaluate("document.activeElement.getAttribute('aria-label')")).toBe(`Copy ${id}`);
    const other = await session.context.newPage();
    await other.goto(session.noxus.url);
    expect(await other.evaluate("navigator.clipboard.readText()")).toBe(id);
    await other.close();
  });

  test("shows a large value where it is when somebody wants it", async () => {
    const { id } = await passThrough({ big: "long ".repeat(80_000) });
    await open(`/runs/${id}?node=big-out`, "Passes on");
    const panel = page.getByRole("region", { name: "big-out" });
    await panel.getByRole("button", { name: "Show it here" }).first().click();
    await panel.getByRole("button", { name: "Show all 400,000 characters" }).first().waitFor();
  });

  test("shows at once which node failed, on which attempt, why, and what its plugin wrote", async () => {
    const node = v1Node("fails", "fail", { __policy: { retries: 1, backoff: 0.01 } });
    const { id } = await run("Breaks", [node], []);
    await open(`/runs/${id}`, "Breaks");
    const panel = page.getByRole("region", { name: "fails" });
    await panel.getByText("Attempt 2 of 2").first().waitFor();
    await panel.getByText('Node "fails" failed: a bug').waitFor();
    await panel.getByRole("log").getByText("TypeError: a bug").first().waitFor();
    await panel.getByRole("radio", { name: "Attempt 1" }).press("Space");
    await panel.getByText("Attempt 1 of 2").first().waitFor();
    expect(page.url()).toContain("attempt=1");
    await waitUntilSettled(page);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test("tells how far a node is and what its plugin writes, as it goes on", async () => {
    const nodes = [v1Node("until", "InputNode", { label: "until", type: "str" }), v1Node("waits", "wait")];
    const { id } = await run("Waits", nodes, [v1Edge("until.output", "waits.until")], { until: "stopped" });
    await open(`/runs/${id}?node=waits`, "Waits");
    const panel = page.getByRole("region", { name: "waits" });
    await panel.getByText("50 % · waiting").waitFor();
    expect(await panel.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("50");
    await panel.getByRole("log").getByText("waiting").waitFor();
    await page.getByRole("button", { name: "Stop run" }).click();
    await page.getByRole("button", { name: "Run again" }).waitFor();
    await panel.getByRole("log").getByText("ended:").waitFor();
  });

  test("shows a hundred items as one row that opens, goes through them by keyboard, and moves nothing meanwhile", async () => {
    const list = v1Node("list", "InputNode", { label: "list", type: "Any" });
    const each = v1Node("each", "wait", { __policy: { concurrency: 32 } });
    const input = { list: Array.from({ length: 120 }, () => "later") };
    const { id } = await run("Many", [list, each], [v1Edge("list.output", "each.until")], input);
    await open(`/runs/${id}?node=each`, "Many");
    await page.locator(".react-flow__node").nth(1).waitFor();
    await page.evaluate(watchMoves);
    await page.getByRole("button", { name: "Run again" }).waitFor();
    expect(await page.evaluate("watchedMoves")).toEqual([]);
    const tree = page.getByRole("tree", { name: "Time" });
    await tree.getByRole("treeitem", { name: "each · 120 items" }).waitFor();
    expect(await tree.getByRole("treeitem").count()).toBe(2);
    await tree.focus();
    for (const key of ["ArrowRight", "End"]) await page.keyboard.press(key);
    await tree.getByRole("treeitem", { name: "Item 119", selected: true }).waitFor();
    expect(page.url()).toContain("item=119");
    expect(await tree.getByRole("treeitem").count()).toBeLessThan(60);
    await waitUntilSettled(page);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press("ArrowLeft");
    await tree.getByRole("treeitem", { name: "each · 120 items", selected: true }).waitFor();
  });

  test("starts a run again with other inputs, in a form that has the former ones", async () => {
    const { id } = await passThrough({ greeting: "Hello" });
    await open(`/runs/${id}`, "Passes on");
    await page.getByRole("button", { name: "Change inputs" }).click();
    const input = page.getByRole("dialog").getByLabel("greeting");
    expect(await input.inputValue()).toBe("Hello");
    await input.fill("Good evening");
    await page.getByRole("button", { name: "Start" }).click();
    await page.locator(".run-output").getByText("Good evening").waitFor();
    await page.getByRole("link", { name: "Made from an earlier run" }).click();
    await page.locator(".run-output").getByText("Hello").waitFor();
  });

  test("finds runs by workflow, state, time and id, all in the address, and goes through them by keyboard", async () => {
    const first = await passThrough({ note: "first" }, "Found");
    const failed = await run("Not found", [v1Node("fails", "fail")], []);
    await open(`/runs?since=1h&status=failed&id=${failed.id.slice(0, 9)}`, "Runs");
    const rows = page.getByRole("table", { name: "Runs" }).locator("tbody tr");
    await rows.filter({ hasText: 'Node "fails" failed: a bug' }).waitFor();
    expect([await rows.count(), await rows.getByText("admin").count()]).toEqual([1, 1]);
    await page.getByRole("searchbox", { name: "Find by run id" }).fill(first.id);
    await page.getByText("No run matches these filters.").waitFor();
    await page.goto(`${session.noxus.url}/console/runs?id=${first.id}`);
    await rows.filter({ hasText: "Found" }).waitFor();
    expect(await rows.count()).toBe(1);
    await page.keyboard.press("j");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Found", level: 1 }).waitFor();
  });

  test("lets no row move under the pointer when runs come", async () => {
    const { workflow_id } = await passThrough({ note: "old" }, "Busy");
    await open(`/runs?workflow=${workflow_id}`, "Runs");
    const rows = page.getByRole("table", { name: "Runs" }).locator("tbody tr");
    const old = await rows.first().getByRole("link").textContent();
    await rows.first().hover();
    await session.request(`/v1/workflows/${workflow_id}/runs/sync`, { input: { note: "new" } });
    await page.getByRole("button", { name: "1 new run" }).waitFor();
    expect(await rows.first().getByRole("link").textContent()).toBe(old);
    await page.getByRole("button", { name: "1 new run" }).click();
    await rows.nth(1).waitFor();
    expect(await rows.nth(1).getByRole("link").textContent()).toBe(old);
    await page.mouse.move(5, 5);
    await session.request(`/v1/workflows/${workflow_id}/runs/sync`, { input: { note: "newer" } });
    await rows.nth(2).waitFor();
  });

  test("leads to all that waits for a person, and keeps it in its place when it is decided", async () => {
    const nodes = [v1Node("ask", "ApprovalNode", { question: "Send it?" })];
    const asking = [await run("Asks", nodes, []), await run("Asks too", nodes, [])];
    await open("/runs", "Runs");
    await page.getByRole("link", { name: "2 runs wait for you" }).click();
    await page.getByRole("heading", { name: "Waiting for you", level: 1 }).waitFor();
    const waits = page.getByRole("listitem").filter({ hasText: "Send it?" });
    await waits.nth(1).waitFor();
    await waitUntilSettled(page);
    expect(await accessibilityProblems(page)).toEqual([]);
    await waits.first().getByRole("button", { name: "Approve" }).click();
    await waits.first().getByText("Waits no more").waitFor();
    expect(await waits.count()).toBe(2);
    await waits.nth(1).getByLabel("Comment").fill("not now");
    await waits.nth(1).getByRole("button", { name: "Reject" }).click();
    await waits.nth(1).getByText("Waits no more").waitFor();
    const { items } = await session.request<{ items: object[] }>("/v1/waits?kind=approval");
    expect(items).toEqual([]);
    await waits.first().getByRole("link").click();
    await page.getByRole("heading", { name: "Asks", level: 1 }).waitFor();
    expect(page.url()).toContain(asking[0]?.id);
  });
});

/** Notes in every frame which parts of the page, and which nodes of its picture, are gone or are not where they were. */
const watchMoves = `
  const watchedMoves = [];
  const places = new Map();
  const look = () => {
    for (const name of ["h1", ".run-line", ".graph", ".run-time", ".run-node", ".time-axis", ".run-input"]) note(name, document.querySelector(name));
    for (const node of document.querySelectorAll(".react-flow__node")) note(node.dataset.id, node);
    requestAnimationFrame(look);
  };
  const note = (name, element) => {
    const { left, top } = element?.getBoundingClientRect() ?? {};
    const isSeen = element && getComputedStyle(element).visibility === "visible";
    const place = isSeen ? [Math.round(left), Math.round(top + scrollY)].join() : "gone";
    if (place !== (places.get(name) ?? place) || place === "gone") watchedMoves.push([name, places.get(name), place]);
    places.set(name, place);
  };
  window.watchedMoves = watchedMoves;
  look();`;

const sun =
  '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="400"><circle cx="320" cy="200" r="140" fill="orange"/></svg>';

async function open(path: string, title: string): Promise<void> {
  await page.goto(`${session.noxus.url}/console${path}`);
  await page.getByRole("heading", { name: title, level: 1 }).waitFor();
}

function clipboard(): Promise<string> {
  return page.evaluate("navigator.clipboard.readText()");
}

async function isPluginRunning(): Promise<boolean> {
  return (await session.request<{ status: string }>("/v1/plugins/process")).status === "running";
}

interface Run {
  id: string;
  workflow_id: string;
}

/** Starts a workflow of these nodes. */
async function run(name: string, nodes: object[], edges: object[], input = {}): Promise<Run> {
  const { id } = await session.request<{ id: string }>("/v1/workflows", {
    name,
    definition: { nodes, edges },
  });
  return session.request(`/v1/workflows/${id}/runs`, { input });
}

/** A run that gives back what it was given, each value under its name. */
function passThrough(input: Record<string, unknown>, name = "Passes on"): Promise<Run> {
  const names = Object.keys(input);
  const typeOf = (name: string) => (typeof input[name] === "string" ? "str" : "Any");
  const nodes = names.flatMap((name) => [
    v1Node(name, "InputNode", { label: name, type: typeOf(name) }),
    v1Node(`${name}-out`, "OutputNode", { label: name }),
  ]);
  return run(
    name,
    nodes,
    names.map((name) => v1Edge(`${name}.output`, `${name}-out.input`)),
    input,
  );
}

async function upload(name: string, type: string, content: string): Promise<object> {
  const multipart = { file: { name, mimeType: type, buffer: Buffer.from(content) } };
  const answer = await session.context.request.post(`${session.noxus.url}/v1/file`, {
    multipart,
    headers: { "x-api-key": session.adminKey },
  });
  const { id, uri } = (await answer.json()) as { id: string; uri: string };
  return { id, uri, name, content_type: type };
}
