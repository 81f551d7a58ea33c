import pg from "pg";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { browserMissing, launchBrowser } from "../fixtures/browser.ts";
import { addManyPlugins } from "../fixtures/many-plugins.ts";
import { databaseUrl } from "../fixtures/product-database.ts";
import type { Run } from "../packages/contracts/src/index.ts";
import { percentile } from "./load.ts";
import type { Product } from "./product.ts";
import { fourBuiltIn } from "./runs.ts";
import { type Figure, ms } from "./table.ts";

const window = { width: 1440, height: 900 };

/** The console in Chromium on loopback: the first page of a browser that has nothing yet, changes of page, long lists, a big canvas. */
export async function consolePages(product: Product): Promise<Figure[]> {
  if (browserMissing) return [{ name: "the console", value: `not measured: ${browserMissing}` }];
  const workflow = await bigWorkflow(product);
  const browser = await launchBrowser();
  try {
    const figures = [
      ...(await firstPage(browser, product)),
      ...(await routeChanges(browser, product)),
      await opening(browser, product),
    ];
    await manyRuns(product, workflow);
    await addManyPlugins(product, 500);
    const lists = [
      ...(await longList(browser, product, { title: "Runs", what: "100,000 runs" })),
      ...(await longList(browser, product, { title: "Plugins", what: "500 plugins" })),
    ];
    return [...figures, ...lists, await panning(browser, product, workflow)];
  } finally {
    await browser.close();
  }
}

/** 200 nodes, each but the first ten bound to one before it. */
async function bigWorkflow(product: Product): Promise<string> {
  const nodes = Array.from({ length: 200 }, (_, n) => ({
    id: `n${n}`,
    type: "JsonQueryNode",
    name: `Node ${n}`,
    node_config: { expression: "$" },
    ...(n >= 10 && { variable_bindings: { input: `n${n - 10}.output` } }),
  }));
  const body = { name: "bench-canvas", definition: { flow_version: "v2", nodes, edges: [] } };
  return (await product.request<{ id: string }>("/v1/workflows?force=true", { method: "POST", body })).id;
}

async function signedIn(browser: Browser, product: Product): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: window });
  await context.request.post(`${product.url}/v1/session`, { data: { key: product.adminKey } });
  return context;
}

/** Ms on the page's own clock until its title is `title` and no skeleton stands for what is to come. */
const settledAt = (title: string) => `new Promise((done) => {
  const look = () => document.querySelector("h1")?.textContent === ${JSON.stringify(title)} && !document.querySelector("[aria-busy]")
    ? done(performance.now()) : requestAnimationFrame(look);
  look();
})`;

async function firstPage(browser: Browser, product: Product): Promise<Figure[]> {
  const found: number[] = [];
  let script = 0;
  for (let n = 0; n < 9; n += 1) {
    const context = await signedIn(browser, product);
    const page = await context.newPage();
    await page.goto(`${product.url}/console/workflows`, { waitUntil: "commit" });
    found.push(await page.evaluate<number>(settledAt("Workflows")));
    script = await page.evaluate<number>(
      `performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js")).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)`,
    );
    await context.close();
  }
  const [middle, most] = [percentile(found, 0.5), Math.max(...found)];
  return [
    {
      name: "first page, nothing cached, p50 / most of 9",
      value: `${ms(middle)} / ${ms(most)}`,
      target: "< 1 s",
      ok: middle < 1_000,
    },
    {
      name: "JavaScript until then, compressed",
      value: `${Math.round(script / 1000)} kB`,
      target: "< 250 kB",
      ok: script < 250_000,
    },
  ];
}

const places = ["Workflows", "Runs", "Plugins", "Credentials", "Files", "Settings"];

/** From the click to the page with its content, each place from each other one; the first round, and later ones. */
async function routeChanges(browser: Browser, product: Product): Promise<Figure[]> {
  const context = await signedIn(browser, product);
  const page = await context.newPage();
  await page.goto(`${product.url}/console/workflows`, { waitUntil: "commit" });
  await page.evaluate(settledAt("Workflows"));
  await page.waitForLoadState("networkidle").catch(() => {});
  const rounds: number[][] = [];
  for (let round = 0; round < 4; round += 1) {
    const found: number[] = [];
    for (const name of [...places.slice(1), "Workflows"]) found.push(await change(page, name));
    rounds.push(found);
  }
  await context.close();
  const [first = [], ...later] = rounds;
  return [
    changed("change of page, the first time, p50 / most", first),
    changed("change of page, later, p50 / most", later.flat()),
  ];
}

function changed(name: string, found: number[]): Figure {
  const middle = percentile(found, 0.5);
  return {
    name,
    value: `${ms(middle)} / ${ms(Math.max(...found))}`,
    target: "< 100 ms",
    ok: Math.max(...found) < 100,
  };
}

/** From a list into one of its things: a workflow, a run. */
async function opening(browser: Browser, product: Product): Promise<Figure> {
  const { id } = await product.request<{ id: string }>("/v1/workflows", {
    method: "POST",
    body: fourBuiltIn,
  });
  const run = await product.request<Run>(`/v1/workflows/${id}/runs`, {
    method: "POST",
    body: { input: { text: "x" } },
  });
  await product.untilRunEnds(run.id);
  const context = await signedIn(browser, product);
  const page = await context.newPage();
  const found: number[] = [];
  for (let n = 0; n < 8; n += 1) {
    const [list = "", link = ""] =
      n % 2 === 0 ? ["Workflows", fourBuiltIn.name] : ["Runs", run.id.slice(0, 8)];
    await page.goto(`${product.url}/console/${list.toLowerCase()}`, { waitUntil: "commit" });
    await page.evaluate(settledAt(list));
    await page.waitForLoadState("networkidle").catch(() => {});
    found.push(await change(page, link, fourBuiltIn.name));
  }
  await context.close();
  return changed("from a list into a workflow or a run, p50 / most", found);
}

/** On the page's own clock: what steering the browser takes does not count. */
async function change(page: Page, name: string, title = name): Promise<number> {
  await page.getByRole("link", { name, exact: true }).first().hover();
  return page.evaluate<number>(`(() => {
    const from = performance.now();
    document.querySelector("a:hover").click();
    return ${settledAt(title)}.then((at) => at - from);
  })()`);
}

/** 100,000 ended runs of one workflow. */
async function manyRuns(product: Product, workflow: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: await databaseUrl(product), max: 1 });
  await pool.query(
    `insert into runs (workspace_id, workflow_id, definition, status, created_at, finished_at)
    select w.workspace_id, w.id, '{}', 'completed', at, at
    from workflows w, generate_series(1, 100000) n, lateral (select now() - n * interval '5 s' as at) a where w.id = $1`,
    [workflow],
  );
  await pool.query("vacuum analyze runs");
  await pool.end();
}

/** Opened, and scrolled through as far as 60 turns of a wheel go. */
async function longList(
  browser: Browser,
  product: Product,
  { title, what }: { title: string; what: string },
): Promise<Figure[]> {
  const context = await signedIn(browser, product);
  const page = await context.newPage();
  await page.goto(`${product.url}/console/${title.toLowerCase()}`, { waitUntil: "commit" });
  const opened = await page.evaluate<number>(settledAt(title));
  const frames = await framesWhile(page, async () => {
    await page.mouse.move(700, 500);
    for (let n = 0; n < 60; n += 1) await page.mouse.wheel(0, n % 30 < 20 ? 300 : -300);
  });
  const rows = await page.evaluate<number>('document.querySelectorAll("tbody tr").length');
  await context.close();
  return [
    { name: `${what}: the page, opened in a new tab`, value: ms(opened) },
    fluid(`${what}: frames while scrolling, median / p95`, frames),
    { name: `${what}: rows drawn at most`, value: String(rows) },
  ];
}

async function panning(browser: Browser, product: Product, workflow: string): Promise<Figure> {
  const context = await signedIn(browser, product);
  const page = await context.newPage();
  await page.goto(`${product.url}/console/workflows/${workflow}/edit`);
  await page.locator(".canvas-card").first().waitFor();
  await page.waitForLoadState("networkidle").catch(() => {});
  const frames = await framesWhile(page, async () => {
    await page.mouse.move(700, 300);
    await page.mouse.down();
    for (let n = 0; n < 60; n += 1)
      await page.mouse.move(700 + Math.sin(n / 5) * 200, 300 + Math.cos(n / 5) * 100);
    await page.mouse.up();
  });
  await context.close();
  return fluid("canvas of 200 nodes: frames while panning, median / p95", frames);
}

function fluid(name: string, frames: number[]): Figure {
  const [middle, late] = [percentile(frames, 0.5), percentile(frames, 0.95)];
  return {
    name,
    value: `${middle.toFixed(1)} / ${late.toFixed(1)} ms`,
    target: "median < 17 ms",
    ok: middle < 17,
  };
}

/** How long each frame stood, in ms, from the first to the last movement. */
async function framesWhile(page: Page, move: () => Promise<void>): Promise<number[]> {
  const frames = page.evaluate<number[]>(`new Promise((done) => {
    const frames = [];
    let last = performance.now();
    const tick = (now) => {
      frames.push(now - last);
      last = now;
      globalThis.benchDone ? done(frames) : requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  })`);
  await move();
  await page.evaluate("globalThis.benchDone = true");
  return frames;
}
