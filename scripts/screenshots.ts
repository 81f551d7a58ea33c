import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Browser, Page } from "playwright-core";
import { waitUntilSettled, watchPage } from "../fixtures/browser.ts";
import { startConsoleSession } from "../fixtures/console-session.ts";
import { fillWithExamples, type Shown } from "./screenshot-examples.ts";

/**
 * Pictures of every page of the console and of its states, light and dark, 380, 1440 and 2560 px wide, of a product that is
 * started for it on an empty folder and filled with plugins, workflows and runs:
 * `node --conditions=noxus-source scripts/screenshots.ts --out FOLDER [--page plugins] [--width 1440] [--scheme dark]`
 */
const { values } = parseArgs({
  options: {
    out: { type: "string", default: "screenshots" },
    page: { type: "string", multiple: true },
    width: { type: "string", multiple: true, default: ["380", "1440", "2560"] },
    scheme: { type: "string", multiple: true, default: ["light", "dark"] },
  },
});
const folder = resolve(values.out);
mkdirSync(folder, { recursive: true });
const session = await startConsoleSession();
const { noxus, browser, adminKey } = session;
try {
  const shown = await fillWithExamples(session);
  for (const scheme of values.scheme)
    for (const width of values.width) await takeAll(browser, { scheme, width: Number(width), shown });
} finally {
  await session.close();
}

async function takeAll(
  browser: Browser,
  { scheme, width, shown }: { scheme: string; width: number; shown: Shown },
): Promise<void> {
  const height = width < 500 ? 800 : Math.round(width * 0.625);
  const colorScheme = scheme === "dark" ? "dark" : "light";
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  await context.request.post(`${noxus.url}/v1/session`, { data: { key: adminKey } });
  const page = await context.newPage();
  const problems = watchPage(page);
  for (const [name, path] of Object.entries(pagesOf(shown))) {
    if (values.page && !values.page.includes(name)) continue;
    await open(page, path);
    await page.screenshot({ path: join(folder, `${name}-${scheme}-${width}.png`), fullPage: width >= 500 });
  }
  for (const problem of new Set(problems)) console.error(`${scheme} ${width}: ${problem}`);
  await context.close();
}

/** Goes to an address; what follows a `!` is pressed there. */
async function open(page: Page, path: string): Promise<void> {
  const [address, keys] = path.split("!");
  await page.goto(`${noxus.url}/console${address}`);
  await page.locator("h1").first().waitFor();
  await waitUntilSettled(page);
  if (keys) await page.keyboard.press(keys);
  if (keys || /[?&](install|run=new|file=)/.test(path)) await page.getByRole("dialog").waitFor();
  await waitUntilSettled(page);
}

/** Every page and dialog by name; of what there are many of, one in each state that looks different. */
function pagesOf({ workflow, node, runs, file }: Shown): Record<string, string> {
  return {
    workflows: "/workflows",
    "workflows-none": "/workflows?q=none",
    "all-triggers": "/workflows/triggers",
    workflow: `/workflows/${workflow}`,
    "run-form": `/workflows/${workflow}?run=new`,
    triggers: `/workflows/${workflow}/triggers`,
    versions: `/workflows/${workflow}/versions`,
    editor: `/workflows/${workflow}/edit`,
    "workflow-missing": "/workflows/no-such-workflow",
    runs: "/runs",
    "runs-none": "/runs?status=stopped",
    "runs-waiting": "/runs/waits",
    run: `/runs/${runs.completed}`,
    "run-node": `/runs/${runs.completed}?node=${node}`,
    "run-failed": `/runs/${runs.failed}`,
    "run-asks": `/runs/${runs.asks}`,
    plugins: "/plugins",
    "plugins-none": "/plugins?q=none",
    "install-git": "/plugins?install=git",
    "install-upload": "/plugins?install=upload",
    "install-marketplace": "/plugins?install=marketplace",
    plugin: "/plugins/text-tools",
    "plugin-nodes": "/plugins/text-tools/nodes",
    "plugin-settings": "/plugins/text-tools/settings",
    "plugin-logs": "/plugins/text-tools/logs",
    "plugin-integrations": "/plugins/with-integration/integrations",
    "plugin-needs-configuration": "/plugins/needs-config",
    "plugin-configuration": "/plugins/needs-config/configuration",
    "plugin-fails": "/plugins/exits-at-start",
    "plugin-missing": "/plugins/no-such-plugin",
    credentials: "/credentials",
    files: "/files",
    "files-none": "/files?q=none",
    file: `/files?file=${file}`,
    settings: "/settings",
    workspaces: "/settings/workspaces",
    programs: "/settings/programs",
    nowhere: "/nowhere",
    palette: "/workflows!Control+k",
    keys: "/workflows!?",
  };
}
