import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityProblems } from "../fixtures/axe.ts";
import { browserMissing } from "../fixtures/browser.ts";
import { type ConsoleSession, startConsoleSession } from "../fixtures/console-session.ts";
import { pageOfEachTest, refusals } from "../fixtures/page-of-each-test.ts";

/** Workflows drawn by mouse and by keyboard in a real browser, saved, and run by the real product. */
const root = join(import.meta.dirname, "..");

let session: ConsoleSession;
let page: Page;

interface Workflow {
  id: string;
  name: string;
  definition: { nodes: { id: string; type: string; variable_bindings?: object }[]; edges: object[] };
}

const missing = browserMissing ? ` (skipped: ${browserMissing})` : "";
describe.skipIf(browserMissing !== undefined)(`the canvas${missing}`, () => {
  beforeAll(async () => {
    session = await startConsoleSession({
      args: ["--no-examples"],
      browser: { permissions: ["clipboard-read", "clipboard-write"] },
    });
  });
  afterAll(() => session?.close());
  pageOfEachTest(
    () => session,
    (opened) => {
      page = opened;
    },
    { expected: refusals },
  );

  test("a workflow is drawn by mouse, saved, and runs", async () => {
    await page.goto(`${session.noxus.url}/console/workflows`);
    await page.getByRole("button", { name: "New workflow" }).click();
    await page.getByText("This workflow has no nodes yet").waitFor();
    await drop("Input", 150, 200);
    await drop("Output", 560, 200);
    await draw(output("Input", "Output"), input("Output", "Value"));
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("Saved", { exact: true }).waitFor();

    const workflow = await session.request<Workflow>(`/v1/workflows/${workflowId()}`);
    expect(workflow.definition).toMatchObject({
      nodes: [{ id: "input" }, { id: "output", variable_bindings: { value: "input.output" } }],
      edges: [{ source: "input", target: "output" }],
    });
    const run = await session.request<{ output: unknown }>(`/v1/workflows/${workflow.id}/runs/sync`, {
      input: { input: "Ada" },
    });
    expect(run.output).toEqual({ output: "Ada" });
  });

  test("a line that would close a circle is refused with the circle's name, by mouse", async () => {
    await openNew("circle", [
      { id: "a", type: "DelayNode", name: "First", node_config: {}, variable_bindings: {} },
      {
        id: "b",
        type: "DelayNode",
        name: "Second",
        node_config: {},
        variable_bindings: { input: "a.output" },
      },
    ]);
    const [from, to] = [output("Second", "Output"), input("First", "Input")];
    await draw(from, to);
    await page.getByText("That would be a circle: Second → First → Second.").first().waitFor();
    await page.getByText("Saved", { exact: true }).waitFor();
  });

  test("a workflow is drawn by keyboard alone: search, connect, name, undo, copy, save", async () => {
    await openNew("keys", []);
    await page.keyboard.press("/");
    await page.keyboard.type("a value that a run is");
    await page.keyboard.press("Enter");
    await page.locator(".canvas-card").first().waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.type("answers with");
    await page.keyboard.press("Enter");
    await expectCards(2);
    await page.locator(".react-flow__node").first().focus();
    await page.keyboard.press("Enter");
    await page.getByRole("region", { name: "Input" }).waitFor();
    await page.keyboard.press("c");
    await page.getByRole("dialog").waitFor();
    await page.getByRole("combobox", { name: "Input" }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Connect" }).press("Enter");
    await page.locator(".react-flow__edge").waitFor({ state: "attached" });
    await page.locator(".react-flow__node").first().focus();
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+c");
    await page.keyboard.press("Control+v");
    await expectCards(4);
    await page.keyboard.press("Control+z");
    await expectCards(2);
    await page.keyboard.press("Control+s");
    await page.getByText("Saved", { exact: true }).waitFor();
    const { definition } = await session.request<Workflow>(`/v1/workflows/${workflowId()}`);
    expect(definition.edges).toHaveLength(1);
  });

  test("a node is removed with its lines by one key, and comes back by another", async () => {
    await openNew("remove", chain());
    await page.locator(".canvas-card-title", { hasText: "First" }).click();
    await page.keyboard.press("Delete");
    await expectCards(1);
    await page.keyboard.press("Control+z");
    await expectCards(2);
    await page.locator(".react-flow__edge").waitFor({ state: "attached" });
  });

  test("what the platform would refuse is said at the node while it is drawn", async () => {
    await openNew("problem", [{ id: "q", type: "JsonQueryNode", name: "Query", node_config: {} }]);
    await page.locator(".canvas-card[data-wrong]").waitFor();
    await page.getByRole("button", { name: "Show “Query”" }).first().click();
    await page.getByRole("region", { name: "Query" }).waitFor();
  });

  test("a form follows what its plugin makes of the values, and the node is tried alone with them", async () => {
    await installed("every-release");
    await openNew("cities", [{ id: "c", type: "cities", name: "Where", node_config: {} }]);
    await page.locator(".canvas-card-title", { hasText: "Where" }).click();
    await choose("Country", "no");
    await choose("City", "Oslo");
    await choose("Country", "pt");
    await choose("City", "Porto");
    await page.getByRole("button", { name: "Try alone" }).click();
    await page.getByRole("button", { name: "Run the node" }).click();
    await page.getByRole("link", { name: "Plugin's log" }).waitFor();
    await page.getByRole("definition").getByText("Porto", { exact: true }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("link", { name: "Open the run" }).click();
    await page.getByRole("heading", { name: "Cities, alone", level: 1 }).waitFor();
  });

  test("a trial says at the input what is wrong, and takes inputs as JSON too", async () => {
    await openNew("query", [
      { id: "q", type: "JsonQueryNode", name: "Query", node_config: { expression: "$sum(input)" } },
    ]);
    await page.locator(".canvas-card-title", { hasText: "Query" }).click();
    await page.getByRole("button", { name: "Try alone" }).click();
    await page.getByRole("button", { name: "Run the node" }).click();
    await page.getByText('The input "input" of node "JSON query" is required.').waitFor();
    // The canvas's keys are not the dialog's.
    for (const key of ["c", "Delete", "Backspace", "Control+x"])
      await page.getByRole("button", { name: "Run the node" }).press(key);
    expect(await page.getByRole("dialog").count()).toBe(1);
    await expectCards(1);
    await page.getByText("JSON", { exact: true }).click();
    await page.getByLabel("Inputs as JSON, by name").fill('{"input": {"input": [1, 2, 4]}}');
    await page.getByRole("button", { name: "Run the node" }).click();
    await page.getByRole("definition").getByText("7", { exact: true }).waitFor();
  });

  test("of two people who edit one workflow, neither loses work", async () => {
    const { id } = await openNew("together", chain());
    await page.getByLabel("Workflow name").fill("mine");
    await session.request(`/v1/workflows/${id}`, { name: "theirs" }, "PATCH");
    await page.keyboard.press("Control+s");
    await page.getByText("Somebody else has saved this workflow").waitFor();
    await page.getByRole("button", { name: "Save mine as a copy" }).click();
    await page.getByRole("heading", { name: "mine (copy)", level: 1 }).waitFor();
    expect((await session.request<Workflow>(`/v1/workflows/${id}`)).name).toBe("theirs");
    expect((await session.request<Workflow>(`/v1/workflows/${workflowId()}`)).definition.nodes).toHaveLength(
      2,
    );
  });

  test("says at once that somebody else has saved, and puts the work of both on the canvas", async () => {
    const { id } = await openNew("together", chain());
    const theirs = (name: string) => {
      const [first, second] = chain();
      return { definition: { flow_version: "v2", nodes: [{ ...first, name }, second], edges: [] } };
    };
    await session.request(`/v1/workflows/${id}?force=true`, theirs("Renamed by them"), "PATCH");
    await page.getByRole("button", { name: "Show it" }).click();
    await page.locator(".canvas-card-title", { hasText: "Renamed by them" }).waitFor();
    await page.keyboard.press("Control+z");
    await page.locator(".canvas-card-title", { hasText: "First" }).waitFor();
    await page.keyboard.press("Control+Shift+z");
    await page.getByText("Saved", { exact: true }).waitFor();

    await page.getByLabel("Workflow name").fill("ours");
    await session.request(`/v1/workflows/${id}?force=true`, theirs("Renamed again"), "PATCH");
    await page.getByRole("button", { name: "Decide" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Renamed again").first().waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Put both on the canvas" }).click();
    await page.locator(".canvas-card-title", { hasText: "Renamed again" }).waitFor();
    await page.keyboard.press("Control+s");
    await page.getByText("Saved", { exact: true }).waitFor();
    const kept = await session.request<Workflow>(`/v1/workflows/${id}`);
    expect(kept).toMatchObject({ name: "ours", definition: { nodes: [{ name: "Renamed again" }, {}] } });
    expect(await page.getByText("Somebody else has saved this workflow").count()).toBe(0);
  });

  test("what is not saved is kept over other pages and a reload, and can be dropped", async () => {
    const { id } = await openNew("left", chain());
    await page.getByLabel("Workflow name").fill("not saved yet");
    await page.getByRole("link", { name: "Runs", exact: true }).click();
    await page.getByText("“not saved yet” is not saved.").waitFor();
    await page.getByRole("button", { name: "Go back" }).click();
    await page.getByRole("heading", { name: "not saved yet", level: 1 }).waitFor();
    await page.getByText("Not saved", { exact: true }).waitFor();
    page.once("dialog", (dialog) => void dialog.accept());
    await page.reload();
    await page.getByRole("heading", { name: "not saved yet", level: 1 }).waitFor();
    await page.getByRole("button", { name: "Drop it" }).click();
    await page.getByRole("heading", { name: "left", level: 1 }).waitFor();
    await page.getByText("Saved", { exact: true }).waitFor();
    await page.keyboard.press("Control+z");
    await page.getByRole("heading", { name: "not saved yet", level: 1 }).waitFor();
    await page.keyboard.press("Control+s");
    await page.getByText("Saved", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Close" }).click();
    await page.getByRole("button", { name: "Run workflow" }).waitFor();
    expect(await page.getByText("is not saved").count()).toBe(0);
    expect((await session.request<Workflow>(`/v1/workflows/${id}`)).name).toBe("not saved yet");
  });

  test("keeps what is not saved when the session ends, and saves it after a new sign-in", async () => {
    const { id } = await openNew("kept", chain());
    await page.getByLabel("Workflow name").fill("kept over a sign-in");
    const cookies = await session.context.cookies();
    await session.context.clearCookies();
    await page.keyboard.press("Control+s");
    const dialog = page.getByRole("dialog", { name: "You are signed out" });
    await dialog.waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.keyboard.type("no key at all");
    await page.keyboard.press("Enter");
    await dialog.getByText("API key").nth(1).waitFor();
    await dialog.getByLabel("API key").fill(session.adminKey);
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    await page.keyboard.press("Control+s");
    await page.getByText("Saved", { exact: true }).waitFor();
    expect((await session.request<Workflow>(`/v1/workflows/${id}`)).name).toBe("kept over a sign-in");

    await page.getByLabel("Workflow name").fill("nobody else's business");
    await page.getByRole("link", { name: "Settings", exact: true }).click();
    const drafts = () =>
      page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('draft:'))");
    await expect.poll(drafts).toEqual([`draft:${id}`]);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("heading", { name: "Sign in", level: 1 }).waitFor();
    expect(await drafts()).toEqual([]);
    await session.context.addCookies(cookies);
  });

  test("has nothing that keeps people from using it, with and without a chosen node", async () => {
    await openNew("accessible", chain());
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.locator(".canvas-card-title", { hasText: "First" }).click();
    await page.getByRole("region", { name: "First" }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});

/** Two nodes of which the second takes the first's output. */
function chain() {
  return [
    { id: "a", type: "DelayNode", name: "First", node_config: {} },
    { id: "b", type: "DelayNode", name: "Second", node_config: {}, variable_bindings: { input: "a.output" } },
  ];
}

async function openNew(name: string, nodes: object[]): Promise<Workflow> {
  const definition = { flow_version: "v2", nodes, edges: [] };
  const workflow = await session.request<Workflow>("/v1/workflows?force=true", { name, definition });
  await page.goto(`${session.noxus.url}/console/workflows/${workflow.id}/edit`);
  await page.getByRole("heading", { name, level: 1 }).waitFor();
  if (nodes.length > 0) await page.locator(".react-flow__node").first().waitFor();
  return workflow;
}

/** Installs a fixture's plugin and waits until it runs. */
async function installed(name: string): Promise<void> {
  const source = { type: "local", path: join(root, "fixtures/plugins", name) };
  await session.request("/v1/plugins", { source });
  const status = async () => (await session.request<{ status: string }>(`/v1/plugins/${name}`)).status;
  await expect.poll(status, { timeout: 60_000 }).toBe("running");
}

async function choose(field: string, choice: string): Promise<void> {
  await page.getByRole("combobox", { name: field }).click();
  await page.getByRole("option", { name: choice, exact: true }).click();
}

async function drop(title: string, x: number, y: number): Promise<void> {
  const entry = page.locator(".canvas-entry", { has: page.locator(`b:text-is("${title}")`) });
  await entry.dragTo(page.locator(".canvas-frame"), { targetPosition: { x, y } });
  await page.locator(".canvas-card-title", { hasText: title }).waitFor();
}

const card = (title: string) =>
  page.locator(".canvas-card", { has: page.locator(`.canvas-card-title:text-is("${title}")`) });
const rowOf = (title: string, label: string, side: "target" | "source") =>
  card(title).locator(".canvas-row", { hasText: label }).locator(`.react-flow__handle.${side}`);
const input = (title: string, label: string) => rowOf(title, label, "target");
const output = (title: string, label: string) => rowOf(title, label, "source");

async function draw(from: Locator, to: Locator): Promise<void> {
  await from.hover();
  await page.mouse.down();
  await to.hover();
  await page.mouse.up();
}

async function expectCards(count: number): Promise<void> {
  await expect.poll(() => page.locator(".canvas-card").count(), { timeout: 20_000 }).toBe(count);
}

function workflowId(): string {
  return /workflows\/([^/]+)\/edit/.exec(page.url())?.[1] ?? "";
}
