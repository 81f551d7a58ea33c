import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { Pool } from "undici";
import { preparePlugin, warmEngine } from "../fixtures/engine.ts";
import { pluginFixture } from "../fixtures/plugins.ts";
import type { Plugin } from "../packages/contracts/src/index.ts";
import { type ForwardingTarget, httpForwarding, stdioForwarding } from "./forwarding.ts";
import { rssOf } from "./memory.ts";
import type { Product } from "./product.ts";
import { type Figure, megabytes } from "./table.ts";

const releases = { http: "0.5.5", stdio: "0.6.0" } as const;

/** One plugin on each transport, through the plugin server and directly. */
export async function forwardingThroughServer(product: Product): Promise<Figure[]> {
  return [
    ...(await withEcho(product, "http", async (target, port) => httpForwarding(target, port))),
    ...(await withEcho(product, "stdio", async (target) => {
      const echo = await preparePlugin(warmEngine(), "echo", { sdkRelease: releases.stdio });
      const launch = await echo.launch();
      try {
        return await stdioForwarding(target, launch);
      } finally {
        await launch.removeScratch();
      }
    })),
  ];
}

/** 100 MB in and out over HTTP: how much the plugin server grows meanwhile. */
export async function streaming(product: Product): Promise<Figure[]> {
  return withEcho(product, "http", async ({ serverUrl, apiKey, pluginId }) => {
    const pid = await pluginServerPid(product);
    const before = await rssOf(pid);
    let peak = before;
    const watch = setInterval(() => void rssOf(pid).then((rss) => (peak = Math.max(peak, rss))), 20);
    await postOnce(serverUrl, `/plugins/${pluginId}/nodes/echo/execute`, apiKey, hundredMegabytes());
    clearInterval(watch);
    const grown = peak - before;
    return [
      {
        name: "100 MB in and out, plugin server grows",
        value: megabytes(grown),
        target: "< 30 MiB",
        ok: grown < 30 * 1024 * 1024,
      },
    ];
  });
}

async function withEcho<T>(
  product: Product,
  transport: keyof typeof releases,
  measure: (target: ForwardingTarget, port: number) => Promise<T>,
): Promise<T> {
  const source = { type: "local", path: pluginFixture("echo") } as const;
  const plugin = await product.install({ source, settings: { sdkRelease: releases[transport], transport } });
  try {
    return await measure(await forwardingTarget(product, plugin), plugin.report?.instances[0]?.port ?? 0);
  } finally {
    await product.uninstall(plugin.id);
    await product.untilGone(plugin.id);
  }
}

/** Where an installed plugin is called directly at its plugin server. */
export async function forwardingTarget(product: Product, { id }: Plugin): Promise<ForwardingTarget> {
  const [server] = await product.request<{ url: string }[]>("/v1/plugin-servers");
  return { serverUrl: server?.url ?? "", apiKey: await serverKey(product), pluginId: id };
}

async function serverKey({ dataFolder }: Product): Promise<string> {
  return (await readFile(join(dataFolder, "plugin-server", "api-key"), "utf8")).trim();
}

async function pluginServerPid({ dataFolder }: Product): Promise<number> {
  const lock = await readFile(join(dataFolder, "plugin-server", "lock"), "utf8");
  return (JSON.parse(lock) as { pid: number }).pid;
}

function* hundredMegabytes(): Generator<Buffer> {
  yield Buffer.from(
    '{"ctx":{"plugin_config":{},"integration_credentials":{}},"config":{},"inputs":{"text":"',
  );
  const block = Buffer.alloc(100_000, "x");
  for (let n = 0; n < 1000; n += 1) yield block;
  yield Buffer.from('"}}');
}

async function postOnce(url: string, path: string, apiKey: string, body: Iterable<Buffer>): Promise<void> {
  const pool = new Pool(url, { headersTimeout: 300_000, bodyTimeout: 300_000 });
  const headers = { "content-type": "application/json", "x-api-key": apiKey };
  const answer = await pool.request({
    method: "POST",
    path,
    headers,
    body: Readable.from(body, { objectMode: false }),
  });
  if (answer.statusCode !== 200)
    throw new Error(`${path} answered ${answer.statusCode}: ${await answer.body.text()}`);
  for await (const _chunk of answer.body);
  await pool.close();
}
