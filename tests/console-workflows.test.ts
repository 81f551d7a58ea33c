import type { Page } from "playwright-core";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accessibilityProblems } from "../fixtures/axe.ts";
import { browserMissing, waitUntilSettled } from "../fixtures/browser.ts";
import { type ConsoleSession, startConsoleSession } from "../fixtures/console-session.ts";
import { pageOfEachTest, refusals } from "../fixtures/page-of-each-test.ts";
import { v1Edge, v1Node } from "../fixtures/workflow-runs.ts";

/** What belongs to a workflow beside its canvas, and the settings, as people use them: a real browser, the whole product. */
let session: ConsoleSession;
let page: Page;

const missing = browserMissing ? ` (skipped: ${browserMissing})` : "";
describe.skipIf(browserMissing !== undefined)(`the console's workflows and settings${missing}`, () => {
  beforeAll(async () => {
    session = await startConsoleSession({ args: ["--no-examples"] });
  });
  afterAll(() => session?.close());
  pageOfEachTest(
    () => session,
    (opened) => {
      page = opened;
    },
    { expected: refusals },
  );

  test("the empty list leads to a run in three clicks", async () => {
    await open("/workflows", "Workflows");
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Start with an example" }).click();
    const dialog = page.getByRole("dialog", { name: "Run Greeting" });
    await dialog.getByRole("textbox", { name: "Who" }).fill("Ada");
    await dialog.getByRole("button", { name: "Start" }).click();
    await page.locator("h1 ~ * [data-state=completed]").waitFor();
    await page.getByText("Hello Ada").first().waitFor();
    await page.getByRole("link", { name: "Workflows" }).click();
    const row = page.getByRole("row", { name: /^Greeting/ });
    await row.getByText("Completed").waitFor();
    await row.getByText("Who, Greet, Greeting").waitFor();
  });

  test("a workflow is found by a part of its name, exported, and imported beside itself", async () => {
    const { id } = await session.request<{ id: string }>("/v1/workflows", {
      name: "Weather report",
      definition: { nodes: [], edges: [] },
    });
    await open("/workflows?q=REPORT", "Workflows");
    await page.getByRole("row", { name: /^Weather report/ }).waitFor();
    await session.request(`/v1/workflows/${id}`, { name: "Reports by somebody else" }, "PATCH");
    await page.getByRole("row", { name: /^Reports by somebody else/ }).waitFor();
    expect(await page.getByRole("row").count()).toBe(2);
    await page.getByRole("searchbox", { name: "Search workflows" }).fill("nothing of this");
    await page.getByText("No workflow has this in its name").waitFor();
    await page.getByRole("button", { name: "Show all" }).click();
    await page.getByRole("link", { name: "Greeting", exact: true }).click();
    await page.getByRole("button", { name: "More of this workflow" }).click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name: "Export" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("Greeting.yaml");
    const exported = await download.path();
    await page.getByRole("link", { name: "Workflows" }).click();
    await page.locator("input[type=file]").setInputFiles(exported);
    await page.getByRole("link", { name: "Overview" }).waitFor();
    await page.getByText("Greet", { exact: true }).waitFor();
    const { total } = await session.request<{ total: number }>("/v1/workflows?name=Greeting");
    expect(total).toBe(2);
    await page.getByRole("link", { name: "Workflows" }).click();
    const broken = { name: "broken.yaml", mimeType: "text/plain", buffer: Buffer.from("no workflow") };
    await page.locator("input[type=file]").setInputFiles(broken);
    await page.getByText(/is no bundle that this platform's export has written/).waitFor();
  });

  test("a schedule says its next times or what is wrong with it, is made, deleted, taken back and paused", async () => {
    const id = await greeting();
    await open(`/workflows/${id}/triggers`, "Greeting");
    await add("Schedule");
    await page.getByRole("textbox", { name: "Cron expression" }).fill("61 * * * *");
    await page.getByText("expected range 0-59").waitFor();
    await page.getByRole("button", { name: "Weekdays at 9" }).click();
    await page.getByRole("combobox", { name: "Time zone" }).fill("Lisbon");
    await page.getByRole("option", { name: "Europe/Lisbon" }).click();
    await page.getByRole("region", { name: "Next times" }).getByRole("listitem").nth(4).waitFor();
    await page.getByRole("textbox", { name: "Who" }).fill("Ada");
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Make" }).click();
    await page.getByText("0 9 * * 1-5 · Europe/Lisbon").waitFor();
    await act("Schedule", "Delete");
    await page.getByText("Nothing starts this workflow by itself").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await act("Schedule", "Pause");
    await page.locator("[data-state=paused]").waitFor();
    expect(await triggersOf(id)).toMatchObject([
      {
        enabled: false,
        definition: { cron: "0 9 * * 1-5", timezone: "Europe/Lisbon", input: { Who: "Ada" } },
      },
    ]);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test("a webhook's secret is shown once and signs what starts a run, until there is a new one", async () => {
    const id = await greeting();
    await open(`/workflows/${id}/triggers`, "Greeting");
    await add("Webhook");
    await page.getByRole("button", { name: "Make" }).click();
    const address = await page.getByRole("textbox", { name: "Address" }).inputValue();
    const secret = await page.getByRole("textbox", { name: "Secret" }).inputValue();
    await page.getByRole("button", { name: "I have it" }).click();
    expect(await page.content()).not.toContain(secret);
    expect(await post(address, secret)).toBe(202);
    await act("Webhook", "What it received");
    await page.getByRole("dialog").getByText("Ada").waitFor();
    await page.keyboard.press("Escape");
    await act("Webhook", "New secret …");
    await page.getByRole("button", { name: "New secret" }).click();
    const newest = await page.getByRole("textbox", { name: "Secret" }).inputValue();
    await page.getByRole("button", { name: "I have it" }).click();
    expect([await post(address, secret), await post(address, newest)]).toEqual([401, 202]);
    await act("Webhook", "Delete …");
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("Nothing starts this workflow by itself").waitFor();
  });

  test("the triggers of all workflows stand in one list, by kind, and are paused there", async () => {
    const { id } = await session.request<{ id: string }>("/v1/workflows", {
      name: "Nightly",
      definition: { nodes: [], edges: [] },
    });
    const definition = { type: "schedule", cron: "0 3 * * *", timezone: "UTC" };
    await session.request(`/v1/workflows/${id}/triggers`, { definition });
    await open("/workflows", "Workflows");
    await page.getByRole("link", { name: "Triggers" }).click();
    await page.getByRole("heading", { name: "Triggers", level: 1 }).waitFor();
    const row = page.getByRole("row", { name: /^Nightly Schedule 0 3/ });
    await row.getByRole("button", { name: /^What to do with/ }).click();
    await page.getByRole("menuitem", { name: "Pause" }).click();
    await row.getByText("Paused").waitFor();
    await page.getByRole("menu").waitFor({ state: "detached" });
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByText("Plugin trigger", { exact: true }).click();
    await page.getByText("None of this kind").waitFor();
    expect(new URL(page.url()).search).toBe("?kind=plugin");
    await page.getByText("Schedule", { exact: true }).first().click();
    await row.getByRole("link", { name: "Nightly" }).click();
    await page.getByRole("heading", { name: "Nightly", level: 1 }).waitFor();
  });

  test("a version is kept, compared with what came after it, and gone back to", async () => {
    const id = await greeting();
    await open(`/workflows/${id}/versions`, "Greeting");
    await page.getByRole("button", { name: "Save as version" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("first");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("These two do the same").waitFor();
    const { definition } = await session.request<{ definition: Definition }>(`/v1/workflows/${id}`);
    const nodes = definition.nodes.map((node) =>
      node.id === "text" ? { ...node, node_config: { template: "Bye ((Who))" } } : node,
    );
    const changed = { ...definition, nodes: [...nodes, v1Node("late", "DelayNode", { seconds: 1 })] };
    await session.request(`/v1/workflows/${id}?force=true`, { definition: changed }, "PATCH");
    // Who has the page open sees another's change by and by; who comes, at once.
    await open(`/workflows/${id}/versions`, "Greeting");
    await page.getByRole("link", { name: "Compare first" }).click();
    const differences = page.getByRole("region", { name: "Differences" });
    await differences.getByText("Bye ((Who))").waitFor();
    await differences.getByText("Hello ((Who))").waitFor();
    await differences.locator(".graph-node [data-state=added]").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Go back to it: first" }).click();
    await page.getByText("These two do the same").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await differences.getByText("Bye ((Who))").waitFor();
  });

  test("a workflow is duplicated, its runs limited, and it is deleted, runs under way only when asked twice", async () => {
    const waiting = {
      nodes: [v1Node("in", "InputNode", { label: "Who" }), v1Node("wait", "DelayNode", { seconds: 600 })],
      edges: [v1Edge("in.output", "wait.input")],
    };
    const { id } = await session.request<{ id: string }>("/v1/workflows", {
      name: "Patience",
      definition: waiting,
    });
    const fromMenu = async (name: RegExp) => {
      await page.getByRole("button", { name: "More of this workflow" }).click();
      await page.getByRole("menuitem", { name }).click();
    };
    await open(`/workflows/${id}`, "Patience");
    await fromMenu(/^Duplicate/);
    await page.getByRole("heading", { name: "Patience (copy)", level: 1 }).waitFor();
    const copy = page.url().split("/").at(-1) ?? "";
    expect((await session.request<{ definition: Definition }>(`/v1/workflows/${copy}`)).definition).toEqual(
      (await session.request<{ definition: Definition }>(`/v1/workflows/${id}`)).definition,
    );
    await fromMenu(/^Limit/);
    await page.getByRole("dialog").waitFor();
    // Half of a number is no limit, nor none: it is not sent, and one types on where one was.
    await page.keyboard.type("-");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Backspace");
    await page.keyboard.type("3");
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await session.request(`/v1/workflows/${copy}`)).toMatchObject({ max_concurrent_runs: 3 });

    await session.request(`/v1/workflows/${copy}/runs`, { input: { Who: "Ada" } });
    await fromMenu(/^Delete/);
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("Some of its runs are not at their end.").waitFor();
    await page.getByRole("button", { name: "Delete anyway" }).click();
    await page.getByRole("heading", { name: "Workflows", level: 1 }).waitFor();
    await page.getByRole("link", { name: "Patience", exact: true }).waitFor();
    await page.getByRole("link", { name: "Patience (copy)", exact: true }).waitFor({ state: "detached" });
  });

  test("a run that has ended is deleted from its page", async () => {
    const workflow = await greeting();
    const { id } = await session.request<{ id: string }>(`/v1/workflows/${workflow}/runs/sync`, {
      input: { Who: "Ada" },
    });
    await open(`/runs/${id}`, "Greeting");
    await page.getByRole("button", { name: "Delete this run" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByRole("heading", { name: "Runs", level: 1 }).waitFor();
    await expect.poll(() => page.getByText(id.slice(0, 8)).count()).toBe(0);
    await expect(session.request(`/v1/runs/${id}`)).rejects.toThrow("404");
  });

  test("a workspace is made, limited and deleted, its keys made, shown once and revoked", async () => {
    await open("/settings/workspaces", "Settings");
    await page.getByRole("button", { name: "New workspace" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("Night shift");
    await page.getByRole("textbox", { name: "Runs at once" }).fill("2");
    await page.getByRole("dialog").getByRole("button", { name: "New workspace" }).click();
    const panel = page.getByRole("region", { name: "Night shift" });
    await panel.getByText("2 runs at once").waitFor();
    await panel.getByRole("button", { name: "New key" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill("robot");
    await page.getByRole("dialog").getByRole("button", { name: "New key" }).click();
    const key = await page.getByRole("textbox", { name: "Key" }).inputValue();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "I have it" }).click();
    expect(await statusWith(key)).toBe(200);
    expect(await page.content()).not.toContain(key);
    await panel.getByRole("button", { name: "Revoke robot" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await panel.getByText("No key opens this workspace.").waitFor();
    expect(await statusWith(key)).toBe(401);
    expect(await accessibilityProblems(page)).toEqual([]);
    await panel.getByRole("button", { name: "What to do with Night shift" }).click();
    await page.getByRole("menuitem", { name: "Delete …" }).click();
    await page.getByLabel("Type “Night shift” to go on").fill("Night shift");
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await panel.waitFor({ state: "detached" });
  });

  test("the settings show which plugin servers and workers live, and how busy they are", async () => {
    await open("/settings/programs", "Settings");
    const servers = page.getByRole("table", { name: "Plugin servers" });
    await servers.getByRole("row", { name: /plugin-server.*alive/i }).waitFor();
    const workers = page.getByRole("table", { name: "Workers" });
    await workers.getByRole("row", { name: /alive.*0 of 32/i }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test("who is no administrator is told so in the settings, and has the rest", async () => {
    const { id } = await session.request<{ id: string }>("/v1/admin/groups", { name: "plain" });
    const { value } = await session.request<{ value: string }>(`/v1/admin/groups/${id}/api-keys`, {
      name: "plain",
    });
    const plain = await session.browser.newContext();
    await plain.request.post(`${session.noxus.url}/v1/session`, { data: { key: value } });
    const other = await plain.newPage();
    await other.goto(`${session.noxus.url}/console/settings/workspaces`);
    await other.getByText("This needs an administrator's key").waitFor();
    await other.getByRole("link", { name: "General" }).click();
    await other.getByRole("button", { name: "Sign out" }).waitFor();
    await plain.close();
  });
});

/** Goes to an address and waits until everything that it shows is there. */
async function open(path: string, title: string): Promise<void> {
  await page.goto(`${session.noxus.url}/console${path}`);
  await page.locator("h1", { hasText: title }).waitFor();
  await waitUntilSettled(page);
}

async function add(kind: string): Promise<void> {
  await page.getByRole("button", { name: "Add trigger" }).click();
  await page.getByRole("menuitem", { name: kind }).click();
  await page.getByRole("dialog", { name: kind }).waitFor();
}

/** Chooses something in the menu of the only trigger of a kind. */
async function act(kind: string, action: string): Promise<void> {
  await page.getByRole("button", { name: `What to do with ${kind}` }).click();
  await page.getByRole("menuitem", { name: action, exact: true }).click();
  await page.getByRole("menu").waitFor({ state: "detached" });
}

/** A signed request with `{Who: "Ada"}`; its answer's status. */
async function post(address: string, secret: string): Promise<number> {
  const [id, at, body] = [crypto.randomUUID(), new Date(), JSON.stringify({ Who: "Ada" })];
  const headers = {
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(secret).sign(id, at, body),
  };
  return (await fetch(address, { method: "POST", headers, body })).status;
}

interface Definition {
  nodes: { id: string }[];
}

/** A workflow that greets whom its input names. */
async function greeting(): Promise<string> {
  const definition = {
    nodes: [
      v1Node("in", "InputNode", { label: "Who", type: "str" }),
      v1Node("text", "ComposeTextNode", { template: "Hello ((Who))" }),
      v1Node("out", "OutputNode", { label: "Greeting" }),
    ],
    edges: [v1Edge("in.output", "text.variables.Who"), v1Edge("text.output", "out.input")],
  };
  return (await session.request<{ id: string }>("/v1/workflows", { name: "Greeting", definition })).id;
}

async function triggersOf(workflow: string): Promise<object[]> {
  return (await session.request<{ items: object[] }>(`/v1/workflows/${workflow}/triggers`)).items;
}

async function statusWith(key: string): Promise<number> {
  return (await fetch(`${session.noxus.url}/v1/admin/me`, { headers: { "x-api-key": key } })).status;
}
