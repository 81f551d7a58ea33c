import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { launchBrowser, waitUntilSettled, watchPage } from "../fixtures/browser.ts";

/**
 * Pictures of every page of the console, light and dark, 380 and 1440 px wide, of a platform that runs:
 * `node --conditions=noxus-source scripts/screenshots.ts --url http://127.0.0.1:8400 --key KEY --out FOLDER [--page plugins]`
 */
const { values } = parseArgs({
  options: {
    url: { type: "string", default: "http://127.0.0.1:8400" },
    key: { type: "string", default: "" },
    out: { type: "string", default: "screenshots" },
    page: { type: "string", multiple: true },
  },
});
const headers = { "x-api-key": values.key };
const folder = resolve(values.out);
mkdirSync(folder, { recursive: true });
const browser = await launchBrowser();
try {
  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [380, 1440]) await takeAll(browser, colorScheme, width);
} finally {
  await browser.close();
}

async function takeAll(browser: Browser, colorScheme: "light" | "dark", width: number): Promise<void> {
  const height = width < 500 ? 800 : 900;
  const context = await browser.newContext({ viewport: { width, height }, colorScheme });
  const page = await context.newPage();
  const problems = watchPage(page);
  await context.request.post(`${values.url}/v1/session`, { data: { key: values.key } });
  for (const [name, path] of Object.entries(await pages())) {
    if (values.page && !values.page.includes(name)) continue;
    await page.goto(`${values.url}/console${path}`);
    await page.locator("h1").first().waitFor();
    if (path.includes("?")) await page.getByRole("dialog").waitFor();
    await waitUntilSettled(page);
    await page.screenshot({
      path: join(folder, `${name}-${colorScheme}-${width}.png`),
      fullPage: width >= 500,
    });
  }
  for (const problem of new Set(problems)) console.error(`${colorScheme} ${width}: ${problem}`);
  await context.close();
}

/** Every page once, and those of one thing with the newest of its kind. */
async function pages(): Promise<Record<string, string>> {
  const [plugin, run, workflow] = await Promise.all([
    newest("/v1/plugins", "name"),
    newest("/v1/runs?size=1", "id"),
    newest("/v1/workflows?size=1", "id"),
  ]);
  return {
    plugins: "/plugins",
    install: "/plugins?install=git",
    upload: "/plugins?install=upload",
    ...(plugin && {
      plugin: `/plugins/${plugin}`,
      nodes: `/plugins/${plugin}/nodes`,
      configuration: `/plugins/${plugin}/configuration`,
      logs: `/plugins/${plugin}/logs`,
    }),
    runs: "/runs",
    ...(run && { run: `/runs/${run}` }),
    workflows: "/workflows",
    ...(workflow && {
      workflow: `/workflows/${workflow}`,
      "run-form": `/workflows/${workflow}?run=new`,
      editor: `/workflows/${workflow}/edit`,
    }),
    credentials: "/credentials",
    files: "/files",
    settings: "/settings",
  };
}

async function newest(path: string, field: string): Promise<string | undefined> {
  const { items } = (await (await fetch(values.url + path, { headers })).json()) as {
    items: Record<string, string>[];
  };
  return items.at(-1)?.[field];
}
