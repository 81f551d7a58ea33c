import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { create } from "tar";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { accessibilityProblems } from "../fixtures/axe.ts";
import { browserMissing, waitUntilSettled, watchPage } from "../fixtures/browser.ts";
import { type ConsoleSession, startConsoleSession } from "../fixtures/console-session.ts";
import { dropFiles } from "../fixtures/drop-files.ts";
import { type GitServer, startGitServer } from "../fixtures/git-server.ts";
import { noxusJson } from "../fixtures/noxus-command.ts";
import { v1Edge, v1Node } from "../fixtures/workflow-runs.ts";

/** The console as people use it: a real browser, the whole product, real plugins. */
vi.setConfig({ testTimeout: 120_000 });
const root = join(import.meta.dirname, "..");
const plugins = join(root, "fixtures/plugins");

let session: ConsoleSession;
let git: GitServer;
let page: Page;
let problems: string[];

const missing = browserMissing ? ` (skipped: ${browserMissing})` : "";
describe.skipIf(browserMissing !== undefined)(`the console${missing}`, () => {
  beforeAll(async () => {
    const env = { PLUGIN_SERVER_USAGE_MS: "500", PLUGIN_SERVER_MARKETPLACE_URL: await startMarketplace() };
    session = await startConsoleSession({ env });
    page = await session.context.newPage();
    problems = watchPage(page);
    await signInByLink();
  });
  afterAll(async () => {
    await session?.close();
    await git?.close();
  });
  afterEach(() => {
    // Refusals are answers; a browser notes each of them as an error of the page.
    expect(problems.splice(0).filter((problem) => !/status of (4\d\d|503)/.test(problem))).toEqual([]);
  });

  test("asks who is not signed in for a key, then shows the page that was asked for", async () => {
    const stranger = await session.browser.newContext();
    const other = await stranger.newPage();
    await other.goto(`${session.noxus.url}/console/plugins`);
    await other.getByLabel("API key").fill("nx_wrong");
    await other.getByRole("button", { name: "Sign in" }).click();
    await other.getByText("The API key is none of this platform").waitFor();
    await other.getByLabel("API key").fill(session.adminKey);
    await other.getByRole("button", { name: "Sign in" }).click();
    await other.getByRole("heading", { name: "Plugins", level: 1 }).waitFor();
    await stranger.close();
  });

  test("says of a link that was used that it was, and takes a key instead", async () => {
    const { url } = await noxusJson<{ url: string }>(["console"], { cwd: session.cwd });
    for (const shown of ["Workflows", "Sign in"]) {
      const stranger = await session.browser.newContext();
      const other = await stranger.newPage();
      await other.goto(url);
      await other.getByRole("heading", { name: shown, level: 1 }).waitFor();
      expect(other.url()).not.toContain("#");
      await stranger.close();
    }
  });

  test("goes everywhere by keyboard", async () => {
    await open("/workflows", "Workflows");
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    await page.getByRole("heading", { name: "Plugins", level: 1 }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor({ state: "hidden" });
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder(/^Go to a page/).fill("text tools");
    await page.getByRole("button", { name: /^Text tools/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Text tools", level: 1 }).waitFor();
  });

  test("installs a package that lacks configuration, leads to its form, and shows what the plugin says of it", async () => {
    await open("/plugins?install=upload", "Plugins");
    await dropOnto(page.getByRole("button", { name: /^Drop a package here/ }), await packed("needs-config"));
    await page.getByRole("button", { name: "Install", exact: true }).click();
    await page.getByRole("link", { name: "Fill in the form" }).click();
    await page.getByRole("textbox", { name: "Region" }).fill("north");
    // What is typed stays here while one looks at the log.
    await page.getByRole("link", { name: "Logs" }).click();
    await page.getByRole("searchbox").first().waitFor();
    await page.getByRole("link", { name: "Configuration" }).click();
    await page.getByRole("textbox", { name: "Region" }).waitFor();
    expect(await page.getByRole("textbox", { name: "Region" }).inputValue()).toBe("north");
    await page.getByRole("button", { name: "Discard changes" }).click();
    expect(await page.getByRole("textbox", { name: "Region" }).inputValue()).toBe("");
    await page.getByRole("textbox", { name: "Region" }).fill("north");
    await page.getByRole("button", { name: "Save configuration" }).click();
    await page.locator("[data-state=running]").first().waitFor();
    await page.getByRole("textbox", { name: "API key" }).fill("south-1");
    await page.getByRole("button", { name: "Save configuration" }).click();
    await page.getByText("The API key is of another region.").waitFor();
    await page.getByRole("textbox", { name: "API key" }).fill("north-1");
    await page.getByRole("button", { name: "Save configuration" }).click();
    await page.getByText("Saved. The plugin starts with it now.").first().waitFor();
    await page.reload();
    await page.getByRole("textbox", { name: "Region" }).waitFor();
    expect(await page.getByRole("textbox", { name: "API key" }).inputValue()).not.toContain("north-1");
    expect(await page.content()).not.toContain("north-1");
  });

  test("looks around in a marketplace and inside a plugin, and installs a version of it", async () => {
    await open("/plugins?install=marketplace", "Plugins");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: /slow.start/i }).waitFor();
    await dialog.getByRole("searchbox").fill("integration");
    await dialog.getByRole("button", { name: /slow.start/i }).waitFor({ state: "hidden" });
    await dialog.getByRole("button", { name: /with.integration/i }).click();
    await dialog.getByText("Not signed").waitFor();
    await dialog.getByRole("button", { name: /^Look inside \d/ }).click();
    await dialog.getByRole("region", { name: /^What .* brings$/ }).waitFor();
    await waitUntilSettled(page);
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole("button", { name: /^Install \d/ }).click();
    await page.locator("header [data-state]").waitFor();
    await page.waitForURL(/\/plugins\/with-integration$/);
  });

  test("explains a plugin that cannot start, with its output and when it is tried again", async () => {
    await open("/plugins?install=local", "Plugins");
    await page.getByLabel("Folder on the plugin server's machine").fill(join(plugins, "exits-at-start"));
    await page.getByRole("button", { name: "Install", exact: true }).click();
    await page.getByRole("button", { name: "Try now" }).waitFor();
    await page.getByRole("region", { name: "Last output" }).waitFor();
    await page.getByRole("link", { name: "Logs" }).click();
    await page.getByRole("log").waitFor();
    await page.getByRole("button", { name: "More of this plugin" }).click();
    await page.getByRole("menuitem", { name: "Uninstall" }).click();
    await page.getByText("No workflow uses its nodes.").waitFor();
    await page.getByRole("button", { name: "Uninstall" }).click();
    await page.getByRole("heading", { name: "Plugins", level: 1 }).waitFor();
  });

  test("says before an uninstall which workflows need the plugin", async () => {
    await open("/plugins/text-tools", "Text tools");
    await page.getByRole("button", { name: "More of this plugin" }).click();
    await page.getByRole("menuitem", { name: "Uninstall" }).click();
    await page.getByText("1 workflow uses its nodes and will fail when run:").waitFor();
    await page.getByRole("dialog").getByText("article-card").waitFor();
    await page.keyboard.press("Escape");
  });

  test("asks a person what a run waits for, once and beyond a pause, and hands the comment on", async () => {
    const id = await startApproval();
    await open(`/runs/${id}`, "Asks a person");
    await page.locator("header [data-state=awaiting_human_feedback]").waitFor();
    await page.getByText("Send it to everybody?").waitFor();
    await page.getByText("the offer").first().waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByText("The run is paused").waitFor();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.locator("header [data-state=awaiting_human_feedback]").waitFor();
    await page.getByLabel("Comment").fill("only to friends");
    await page.getByRole("button", { name: "Reject" }).click();
    await page.getByRole("button", { name: "Run again" }).waitFor();
    await page.getByText("only to friends").first().waitFor();
    expect(await page.getByRole("button", { name: "Approve" }).count()).toBe(0);
  });

  test("shows the beginning of a large value, and gives all of it", async () => {
    const node = v1Node("say", "ComposeTextNode", { template: "long ".repeat(80_000) });
    const definition = { nodes: [node], edges: [] };
    const { id } = await send("/v1/workflows", { name: "Says much", definition });
    const run = await send(`/v1/workflows/${id}/runs`, { input: {} });
    await open(`/runs/${run.id}?node=say`, "Says much");
    const link = page.getByRole("link", { name: "All of it, 400.0 kB" });
    await link.waitFor();
    const loading = page.waitForEvent("download");
    await link.click();
    expect(JSON.parse(readFileSync(await (await loading).path(), "utf8"))).toBe("long ".repeat(80_000));
  });

  test("runs a workflow with a form, and shows the run, its nodes and their values", async () => {
    await open("/workflows", "Workflows");
    await page.getByRole("link", { name: "article-card", exact: true }).click();
    await page.getByRole("button", { name: "Run workflow" }).click();
    const form = page.getByRole("dialog");
    await form.locator("textarea:focus").waitFor();
    await page.keyboard.type("Ada Lovelace");
    await page.keyboard.press("Tab");
    await page.keyboard.type("The engine weaves algebra.");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("button", { name: "Run again" }).waitFor();
    await page.getByText("ada-lovelace").first().waitFor();
    await page
      .getByRole("treeitem", { name: /Count words/ })
      .first()
      .click();
    await page.getByText("frequent_words").waitFor();
    expect(page.url()).toContain("node=statistics");
    const first = page.url();
    await page.getByRole("button", { name: "Restart from here" }).click();
    await page.waitForURL((url) => !first.includes(url.pathname));
    await page.getByRole("button", { name: "Run again" }).waitFor();
    await page
      .getByRole("treeitem", { name: /Count words/ })
      .first()
      .click();
    await page.getByRole("link", { name: "Plugin's log" }).click();
    await page.getByRole("heading", { name: "Text tools", level: 1 }).waitFor();
    await page.getByText("Only what came during one call").waitFor();
    await page
      .getByRole("link", { name: "Logs", exact: true })
      .and(page.locator("[aria-current=page]"))
      .waitFor();
    await page.getByRole("link", { name: /^run \w{8}, node statistics$/ }).waitFor();
    await page.getByRole("link", { name: "Show all lines" }).click();
    await page.getByRole("log").waitFor();
  });

  test("narrows a plugin's log by words, level, time and run, all in the address, and gives all of it as a file", async () => {
    await open("/plugins/text-tools/logs", "Text tools");
    const log = page.getByRole("log");
    await log.getByText("node.execute 'SlugNode'").first().waitFor();
    const search = page.getByRole("searchbox", { name: "Search lines" });
    await search.fill("slugnode");
    await log.getByText("WordStatisticsNode").first().waitFor({ state: "hidden" });
    await log.getByText("node.execute 'SlugNode'").first().waitFor();
    expect(new URL(page.url()).search).toBe("?q=slugnode");
    await choose("Level", "Warnings and errors");
    await page.getByText("No line fits").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Show all lines" }).click();
    await choose("Time", "Last hour");
    await log.getByText("The plugin is ready.").first().waitFor();
    const [run] = (await session.request<{ items: { id: string }[] }>("/v1/runs?size=1")).items;
    await page.getByRole("searchbox", { name: "Of the run with this id" }).fill(run?.id ?? "");
    await log.getByText("The plugin is ready.").first().waitFor({ state: "hidden" });
    expect(new URL(page.url()).searchParams.get("since")).toBe("1h");
    await page.reload();
    await page.getByText("Only what came during one call").waitFor();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name: "Download" }).click(),
    ]);
    expect(download.suggestedFilename()).toBe("text-tools.log.ndjson");
    const lines = readFileSync(await download.path(), "utf8")
      .trim()
      .split("\n");
    expect(lines.map((line) => (JSON.parse(line) as { text: string }).text)).toContain(
      "The plugin is ready.",
    );
  });

  test("draws what a plugin has used over time, and says it in words", async () => {
    await open("/plugins/text-tools", "Text tools");
    const memory = page.getByRole("img", { name: /^Memory: now \d+\.\d MB, most \d+\.\d MB$/ });
    await memory.locator("canvas").waitFor();
    for (const title of ["Processor cores", "Calls a minute", "Time to answer"])
      await page.getByRole("img", { name: new RegExp(`^${title}: now`) }).waitFor();
    await open("/plugins", "Plugins");
    await page
      .getByRole("row", { name: /Text tools/ })
      .getByText(/\d MB$/)
      .waitFor();
  });

  test("takes the newest of a plugin's source, beside the running one", async () => {
    await open("/plugins?install=local", "Plugins");
    await page.getByLabel("Folder on the plugin server's machine").fill(join(plugins, "echo"));
    await page.getByRole("button", { name: "Install", exact: true }).click();
    await page.locator("header [data-state=running]").waitFor();
    await page.getByRole("button", { name: "More of this plugin" }).click();
    await page.getByRole("menuitem", { name: "Update" }).click();
    await page.getByRole("dialog").getByText("Nothing newer is there").waitFor();
    await page.getByRole("dialog").getByRole("button", { name: "Fetch and start it anew" }).click();
    await page.getByText("Updating", { exact: true }).waitFor();
    await page.locator("header [data-state=running]").waitFor();
  });

  test("holds all plugins with a reason, says so on their pages, and lets them go on", async () => {
    await open("/plugins", "Plugins");
    await page.getByRole("button", { name: "Hold all" }).click();
    await page.getByRole("textbox", { name: "Reason" }).fill("Looking at a strange bill.");
    await page.getByRole("dialog").getByRole("button", { name: "Hold all plugins" }).click();
    await page.getByText("Looking at a strange bill.").first().waitFor();
    await page.locator("[data-state=held]").first().waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("link", { name: "Text tools" }).click();
    await page.locator("header [data-state=held]").waitFor();
    await page.getByRole("button", { name: "Let them go on" }).click();
    await page.locator("header [data-state=running]").waitFor();
    await page.locator(".notice", { hasText: "All plugins are held" }).waitFor({ state: "hidden" });
  });

  test("filters runs by an address that can be sent on", async () => {
    await open("/runs", "Runs");
    await page.getByRole("row").nth(1).waitFor();
    await open("/runs?status=failed", "Runs");
    await page.getByText("No run matches these filters.").waitFor();
  });

  test("tells of an outage and goes on by itself when it is over", async () => {
    await open("/plugins", "Plugins");
    process.kill(platformOf(session.noxus.pid), "SIGKILL");
    await page.getByRole("status").getByText("The platform does not answer.").waitFor();
    await page.getByText("The platform does not answer.").waitFor({ state: "hidden" });
    await page.getByRole("link", { name: "Text tools" }).waitFor();
    problems.length = 0;
  });

  test("who is no administrator sees every page, and is offered nothing that would be refused", async () => {
    const { id } = await session.request<{ id: string }>("/v1/admin/groups", { name: "plain" });
    const { value } = await session.request<{ value: string }>(`/v1/admin/groups/${id}/api-keys`, {
      name: "plain",
    });
    const plain = await session.browser.newContext();
    await plain.request.post(`${session.noxus.url}/v1/session`, { data: { key: value } });
    const administrators = page;
    page = await plain.newPage();
    const refused: string[] = [];
    page.on(
      "response",
      (answer) => answer.status() >= 400 && refused.push(`${answer.status()} ${answer.url()}`),
    );
    try {
      for (const [path, title] of pages.filter(([path]) => !/install=|no-such|nowhere/.test(path))) {
        await open(path, title);
        expect([path, await accessibilityProblems(page)]).toEqual([path, []]);
        const offered = page.getByRole("button", {
          name: /^(Install plugin|Hold all|Reload|Save configuration)$/,
        });
        expect([path, await offered.count()]).toEqual([path, 0]);
      }
      await page.getByText("This needs an administrator's key").waitFor();
      expect(refused).toEqual([]);
    } finally {
      await plain.close();
      page = administrators;
    }
  });

  test("keeps nobody out, on any page", async () => {
    for (const [path, title] of [...pages, ...(await pagesOfThings())]) {
      await open(path, title);
      expect([path, await accessibilityProblems(page)]).toEqual([path, []]);
    }
  });

  test("can be read in the dark, and fits a telephone", async () => {
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    await page.setViewportSize({ width: 380, height: 800 });
    for (const [path, title] of [...pages, ...(await pagesOfThings())]) {
      await open(path, title);
      expect([path, await accessibilityProblems(page, ["color-contrast"])]).toEqual([path, []]);
      expect([path, await page.evaluate("document.documentElement.scrollWidth")]).toEqual([path, 380]);
    }
  });

  test("loads little for its first page", async () => {
    const fresh = await session.browser.newContext({ storageState: await session.context.storageState() });
    const first = await fresh.newPage();
    const counted: Promise<number>[] = [];
    first.on("requestfinished", (request) => {
      if (!request.url().endsWith(".js")) return;
      counted.push(request.sizes().then(({ responseBodySize }) => responseBodySize));
    });
    await first.goto(`${session.noxus.url}/console/plugins`);
    await first.getByRole("table").waitFor();
    const bytes = (await Promise.all(counted)).reduce((sum, one) => sum + one, 0);
    await fresh.close();
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(250_000);
  });
});

const pages = [
  ["/workflows", "Workflows"],
  ["/workflows/triggers", "Triggers"],
  ["/workflows/no-such-workflow", "Workflows"],
  ["/runs", "Runs"],
  ["/runs?status=stopped&since=1h", "Runs"],
  ["/plugins", "Plugins"],
  ["/plugins?install=git", "Plugins"],
  ["/plugins?install=upload", "Plugins"],
  ["/plugins?install=marketplace", "Plugins"],
  ["/plugins/text-tools", "Text tools"],
  ["/plugins/text-tools/nodes", "Text tools"],
  ["/plugins/text-tools/settings", "Text tools"],
  ["/plugins/text-tools/logs", "Text tools"],
  ["/plugins/needs-config/configuration", "Needs configuration"],
  ["/plugins/needs-config/settings", "Needs configuration"],
  ["/plugins/no-such-plugin", "no-such-plugin"],
  ["/credentials", "Credentials"],
  ["/files", "Files"],
  ["/settings", "Settings"],
  ["/settings/workspaces", "Settings"],
  ["/settings/programs", "Settings"],
  ["/nowhere", "Not here"],
] as const;

/** Pages of what the tests before have made. */
async function pagesOfThings(): Promise<[string, string][]> {
  const headers = { "x-api-key": session.adminKey };
  const answer = await fetch(`${session.noxus.url}/v1/runs?size=1`, { headers });
  const { items } = (await answer.json()) as { items: { id: string; workflow_id: string }[] };
  return items.flatMap(({ id, workflow_id }): [string, string][] => [
    [`/runs/${id}?node=statistics`, "article-card"],
    [`/workflows/${workflow_id}`, "article-card"],
    [`/workflows/${workflow_id}?run=new`, "article-card"],
    [`/workflows/${workflow_id}/triggers`, "article-card"],
    [`/workflows/${workflow_id}/versions`, "article-card"],
  ]);
}

/** Goes to an address and waits until everything that it shows is there. */
async function open(path: string, title: string): Promise<void> {
  await page.goto(`${session.noxus.url}/console${path}`);
  await page.locator("h1", { hasText: title }).waitFor();
  if (path.includes("install=")) await page.getByRole("dialog").waitFor();
  await waitUntilSettled(page);
}

async function choose(field: string, choice: string): Promise<void> {
  await page.getByRole("combobox", { name: field }).click();
  await page.getByRole("option", { name: choice, exact: true }).click();
}

/** As a program does it. */
async function send(path: string, data: object): Promise<{ id: string }> {
  const answer = await session.context.request.post(`${session.noxus.url}${path}`, {
    data,
    headers: { "x-api-key": session.adminKey },
  });
  return answer.json();
}

/** A run of a workflow that asks about "the offer", and says what was commented. */
async function startApproval(): Promise<string> {
  const definition = {
    nodes: [
      v1Node("in", "InputNode", { label: "What", type: "str" }),
      v1Node("ask", "ApprovalNode", { question: "Send it to everybody?" }),
      v1Node("said", "OutputNode", { label: "Said" }),
    ],
    edges: [v1Edge("in.output", "ask.value"), v1Edge("ask.comment", "said.input")],
  };
  const workflow = await send("/v1/workflows", { name: "Asks a person", definition });
  return (await send(`/v1/workflows/${workflow.id}/runs`, { input: { What: "the offer" } })).id;
}

async function signInByLink(): Promise<void> {
  const { url } = await noxusJson<{ url: string }>(["console"], { cwd: session.cwd });
  await page.goto(url);
  await page.getByRole("heading", { name: "Workflows", level: 1 }).waitFor();
}

/** The child of `noxus start` that is the platform. */
function platformOf(pid: number): number {
  const rows = execFileSync("ps", ["-o", "pid=,args=", "--ppid", String(pid)], { encoding: "utf8" });
  return Number(/^\s*(\d+).*\/platform\/(?:src|dist)\/main\./m.exec(rows)?.[1]);
}

/** Gives the address of a marketplace with two plugins. */
async function startMarketplace(): Promise<string> {
  git = await startGitServer();
  const market = await git.createRepository({ name: "market" });
  for (const name of ["with-integration", "slow-start"])
    await git.commitFolder(market, join(plugins, name), { under: name });
  return market.url;
}

async function dropOnto(zone: Locator, file: string): Promise<void> {
  await dropFiles(zone, [{ name: basename(file), content: readFileSync(file) }]);
}

async function packed(name: string): Promise<string> {
  const file = join(session.cwd, `${name}.tar.gz`);
  await create(
    { gzip: true, file, cwd: plugins, portable: true, filter: (path) => !/__pycache__/.test(path) },
    [name],
  );
  return file;
}
