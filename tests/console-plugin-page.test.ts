import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Plugin } from "@noxus/contracts";
import type { Page } from "playwright-core";
import { create } from "tar";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { accessibilityProblems } from "../fixtures/axe.ts";
import { browserMissing, waitUntilSettled, watchPage } from "../fixtures/browser.ts";
import { type ConsoleSession, startConsoleSession } from "../fixtures/console-session.ts";
import { type GitServer, type Repository, startGitServer } from "../fixtures/git-server.ts";
import { v1Edge, v1Node } from "../fixtures/workflow-runs.ts";

/** A plugin's page as people use it: real plugins from real repositories, some of which fail. */
vi.setConfig({ testTimeout: 120_000 });
const plugins = join(import.meta.dirname, "../fixtures/plugins");

let session: ConsoleSession;
let git: GitServer;
let page: Page;
let problems: string[];

const missing = browserMissing ? ` (skipped: ${browserMissing})` : "";
describe.skipIf(browserMissing !== undefined)(`a plugin's page${missing}`, () => {
  beforeAll(async () => {
    git = await startGitServer();
    session = await startConsoleSession({ args: ["--no-examples"] });
    page = await session.context.newPage();
    problems = watchPage(page);
  });
  afterAll(async () => {
    await session?.close();
    await git?.close();
  });
  afterEach(() => {
    // Refusals are answers; a browser notes each of them as an error of the page.
    expect(problems.splice(0).filter((problem) => !/status of 4\d\d/.test(problem))).toEqual([]);
  });

  test("explains a failure and what to do, and follows the plugin to health and to its own name, live", async () => {
    const repository = await git.createRepository({ name: "called-otherwise" });
    await git.commitFolder(repository, join(plugins, "exits-at-start"));
    await session.request<Plugin>("/v1/plugins", { source: { type: "git", repo_url: repository.url } });
    await open("/plugins/called-otherwise", "called-otherwise");
    await page.getByText("Its last output usually says why.").waitFor();
    await page.getByRole("region", { name: "Last output" }).first().waitFor();
    await page.getByText(/^in \d+ s$/).waitFor();
    await page.getByText("Fetches the source again, where it may have changed").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await git.commit(repository, { files: { "exits_at_start/__init__.py": null } });
    await git.commitFolder(repository, join(plugins, "echo"));
    await page.getByRole("button", { name: "Try now" }).click();
    await page.locator("header [data-state=running]").waitFor();
    await page.waitForURL(/\/plugins\/echo$/);
    const history = page.getByRole("region", { name: "History" });
    await history.getByText("Reload asked for").waitFor();
    expect(await history.getByRole("listitem").first().textContent()).toContain("Started");
    await history.getByText("The plugin's process ended with exit code 3").click();
    await history
      .getByRole("region", { name: "Last output" })
      .getByText("the licence file is missing")
      .waitFor();
  });

  test("switches a plugin off and on, and sets how it is run", async () => {
    await open("/plugins/echo", "Echo");
    const fromMenu = async (name: string) => {
      await page.getByRole("button", { name: "More of this plugin" }).click();
      await page.getByRole("menuitem", { name }).click();
    };
    await fromMenu("Switch off");
    await page.locator("header [data-state=off]").waitFor();
    await page.getByRole("button", { name: "Undo" }).click();
    await page.locator("header [data-state=running]").waitFor();

    await page.getByRole("link", { name: "Settings", exact: true }).last().click();
    await page.getByRole("textbox", { name: "Processes", exact: true }).fill("2");
    await page.getByRole("textbox", { name: "Time to start, ms" }).fill("20000");
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole("button", { name: "Save settings" }).click();
    await page.getByText("Saved. The plugin is run so now.").waitFor();
    const plugin = () => session.request<Plugin>("/v1/plugins/echo");
    expect((await plugin()).settings).toMatchObject({ replicas: 2, startTimeoutMs: 20_000, concurrency: 32 });
    await expect.poll(async () => (await plugin()).report?.instances.length, { timeout: 30_000 }).toBe(2);
  });

  test("tests credentials where the integration is explained, and says in place what the plugin thinks of them", async () => {
    await install("with-integration");
    await open("/plugins/with-integration", "With integration");
    await page.getByRole("link", { name: "Integrations" }).click();
    const vault = page.getByRole("region", { name: "Vault" });
    await vault.getByText("None yet.").waitFor();
    await vault.getByRole("button", { name: "Add credentials" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("API key").fill("open");
    await dialog.getByRole("button", { name: "Store" }).click();
    await vault.getByText("Not tested").waitFor();
    for (const [name, api_key] of Object.entries({ closed: "shut", broken: "explode" }))
      await session.request("/v1/credentials", { integration: "vault", name, payload: { api_key } });
    await page.reload();
    for (const name of ["default", "closed", "broken"])
      await vault.getByRole("button", { name: `Test ${name}` }).click();
    for (const said of ["Accepted by the plugin", "Not accepted by the plugin", "Could not be tested"])
      await vault.getByText(said, { exact: true }).waitFor();
    await vault.getByText("the vault exploded").waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
    await open("/plugins/echo", "Echo");
    expect(await page.getByRole("link", { name: "Integrations" }).count()).toBe(0);
  });

  test("documents nodes: what goes in and comes out, what is set, who uses them", async () => {
    const nodes = [{ ...v1Node("secret", "secret", {}) }];
    await session.request("/v1/workflows", { name: "Opens the vault", definition: { nodes, edges: [] } });
    await open("/plugins/with-integration/nodes", "With integration");
    const node = page.getByRole("region", { name: "Secret", exact: true });
    await node.getByText("Needs credentials for vault").waitFor();
    await node.getByRole("table", { name: "Inputs" }).getByRole("cell", { name: "required" }).waitFor();
    await node.getByRole("table", { name: "Outputs" }).getByRole("cell", { name: "str" }).waitFor();
    await node.getByRole("link", { name: "Opens the vault" }).waitFor();
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  test("moves nothing on the page while a slow platform answers", async () => {
    const slow = await session.context.newPage();
    await slow.addInitScript(noteShifts);
    let asked = 0;
    await slow.route(/\/v1\/(?!changes)/, async (route) => {
      await delay(100 + (asked++ % 5) * 100);
      await route.continue();
    });
    for (const path of ["", "/nodes", "/integrations"]) {
      await slow.goto(`${session.noxus.url}/console/plugins/with-integration${path}`);
      await slow.getByRole("link", { name: "Integrations" }).waitFor();
      await waitUntilSettled(slow);
      expect([path, await slow.evaluate("window.shifts")]).toEqual([path, []]);
    }
    await slow.close();
  });

  test("says before an update what changes, and tells of it in the history afterwards", async () => {
    const repository = await git.createRepository({ name: "grows" });
    await git.commitFolder(repository, join(plugins, "with-integration"));
    const moved = { source: { type: "git", repo_url: repository.url } };
    await session.request("/v1/plugins/with-integration", moved, "PATCH");
    await open("/plugins/with-integration", "With integration");
    const source = readFileSync(join(plugins, "with-integration/with_integration/__init__.py"), "utf8");
    const changed = source
      .replace('version = "1.0.0"', 'version = "1.1.0"')
      .replaceAll('"secret"', '"secrets"');
    const changes =
      "## 1.1.0\n\n- **Several** secrets, <b>see</b> [the book](https://book.example/).\n\n## 1.0.0\n\nFirst.\n";
    await git.commit(repository, {
      files: { "with_integration/__init__.py": changed, "CHANGELOG.md": changes },
    });
    await page.getByRole("button", { name: "More of this plugin" }).click();
    await page.getByRole("menuitem", { name: "Update" }).click();
    const dialog = page.getByRole("dialog", { name: "Update With integration" });
    await dialog.getByText("Without the nodes secret").waitFor();
    await dialog.getByText("will fail: Opens the vault.").waitFor();
    await dialog.getByText("1.0.0 to 1.1.0").waitFor();
    const log = dialog.getByRole("region", { name: "What changed" });
    await log.getByText("Several", { exact: true }).and(page.locator("strong")).waitFor();
    expect(await log.getByRole("link", { name: "the book" }).getAttribute("rel")).toContain("noopener");
    expect(await log.textContent()).toContain("<b>see</b>");
    expect(await log.textContent()).not.toContain("First.");
    expect(await accessibilityProblems(page)).toEqual([]);
    await dialog.getByRole("button", { name: "Update", exact: true }).click();
    const history = page.getByRole("region", { name: "History" });
    await history.getByText("from 1.0.0 to 1.1.0").waitFor();
    await history.getByText("Update asked for").waitFor();
    await history.getByText("Changed the source").waitFor();
  });

  test("takes the connectors that a plugin computes from a node's values into the editor, and into the run", async () => {
    await install("computed-connectors");
    const { id } = await session.request<{ id: string }>("/v1/workflows", {
      name: "Columns",
      definition: {
        nodes: [
          v1Node("in", "InputNode", { label: "Line", type: "str" }),
          { ...v1Node("split", "split", { columns: "x, y" }), name: "Split" },
          v1Node("out", "OutputNode", { label: "Said" }),
        ],
        edges: [v1Edge("in.output", "split.line")],
      },
    });
    await open(`/workflows/${id}/edit`, "Columns");
    const card = page.locator(".react-flow__node", { hasText: "Split" });
    await card.getByText("y", { exact: true }).waitFor();
    await card.click();
    const panel = page.getByRole("region", { name: "Split" });
    await panel.getByRole("textbox", { name: "Columns" }).fill("x, z");
    await card.getByText("z", { exact: true }).waitFor();
    await card.getByText("y", { exact: true }).waitFor({ state: "hidden" });
    await card.focus();
    await page.keyboard.press("c");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("combobox", { name: "Output" }).click();
    await page.getByRole("option", { name: "z" }).click();
    await dialog.getByRole("combobox", { name: "Input" }).click();
    await page.getByRole("option").first().click();
    await dialog.getByRole("button", { name: "Connect" }).click();
    await page.keyboard.press("Control+s");
    await page.getByText("Saved", { exact: true }).waitFor();
    const run = await session.request<{ id: string }>(`/v1/workflows/${id}/runs`, {
      input: { Line: "1,2,3" },
    });
    await vi.waitFor(
      async () =>
        expect(await session.request(`/v1/runs/${run.id}`)).toMatchObject({
          status: "completed",
          output: { Said: "2" },
        }),
      { timeout: 30_000, interval: 200 },
    );
  });

  test("looks inside a package that is given, leaves nothing of it behind, and installs it at a click", async () => {
    await open("/plugins?install=upload", "Plugins");
    const dialog = page.getByRole("dialog");
    const chooser = dialog.locator("input[type=file]");
    await chooser.setInputFiles({ name: "notes.pdf", mimeType: "application/pdf", buffer: Buffer.from("x") });
    await dialog.getByText("notes.pdf is no package. Expected is a file that ends with").waitFor();
    await chooser.setInputFiles({
      name: "broken.zip",
      mimeType: "application/zip",
      buffer: Buffer.from("x"),
    });
    await dialog
      .getByText("Expected was a .tar.gz, .tgz, .tar or .zip file; this is something else.")
      .waitFor();
    expect(await dialog.getByRole("button", { name: "Install", exact: true }).isDisabled()).toBe(true);
    await chooser.setInputFiles(await packageOf("slow-start"));
    const inside = dialog.getByRole("region", { name: "What SlowStart brings" });
    await inside.getByText("Takes two seconds to import.").waitFor();
    await waitUntilSettled(page);
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(await session.request("/v1/files")).toMatchObject({ total: 0 });
    await dialog.getByRole("button", { name: "Install", exact: true }).click();
    await page.locator("header [data-state=installing]").waitFor();
    expect(await session.request("/v1/files")).toMatchObject({ total: 1 });
  });
});

/** What moved without anybody touching the page; below 0.001 nobody sees it. The browser's own words. */
const noteShifts = `window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { value, sources } of list.getEntries())
      if (value >= 0.001) window.shifts.push(sources.map(({ node }) => node?.textContent?.slice(0, 60) ?? ""));
  }).observe({ type: "layout-shift", buffered: true });`;

/** A plugin of the fixtures as the file that a browser is given. */
async function packageOf(name: string) {
  const file = join(session.cwd, `${name}.tar.gz`);
  const filter = (path: string) => !/__pycache__/.test(path);
  await create({ gzip: true, file, cwd: plugins, portable: true, filter }, [name]);
  return file;
}

/** Installs a plugin of the fixtures from a repository of its own, and waits until it runs. */
async function install(name: string, folder = name): Promise<Repository> {
  const repository = await git.createRepository({ name });
  await git.commitFolder(repository, join(plugins, folder));
  const source = { type: "git", repo_url: repository.url };
  const { id } = await session.request<Plugin>("/v1/plugins", { source });
  await vi.waitFor(
    async () => expect((await session.request<Plugin>(`/v1/plugins/${id}`)).status).toBe("running"),
    { timeout: 60_000, interval: 200 },
  );
  return repository;
}

/** Goes to an address and waits until everything that it shows is there. */
async function open(path: string, title: string): Promise<void> {
  await page.goto(`${session.noxus.url}/console${path}`);
  await page.locator("h1", { hasText: title }).waitFor();
  await waitUntilSettled(page);
}
