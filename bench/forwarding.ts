import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Pool } from "undici";
import type { Launch } from "../packages/plugin-server/src/engines/engine.ts";
import { DirectStdioPlugin } from "./direct.ts";
import { type Call, compareLatency, compareThroughput } from "./load.ts";
import { type Figure, ms, perSecond, times } from "./table.ts";

const sizes = { "100 B": 100, "10 kB": 10_000, "1 MiB": 1024 * 1024 } as const;
/** Blocks and calls a block: enough for a stable median, few enough to end within seconds. */
const plan = { blocks: 7, calls: { "100 B": 150, "10 kB": 100, "1 MiB": 12 }, load: 600 } as const;

export interface ForwardingTarget {
  /** The plugin server and its key. */
  serverUrl: string;
  apiKey: string;
  pluginId: string;
}

/** Through the plugin server against the same HTTP plugin process called directly, both with kept-alive connections. */
export async function httpForwarding(target: ForwardingTarget, pluginPort: number): Promise<Figure[]> {
  const [server, plugin] = [new Pool(target.serverUrl), new Pool(`http://127.0.0.1:${pluginPort}`)];
  try {
    const direct = (body: string) => post(plugin, "/nodes/echo/execute", {}, body);
    return [
      ...(await sections("HTTP", direct, (body) => forwarded(server, target, body), judgeHttp)),
      ...(await floor("HTTP", direct, ["http", String(pluginPort)])),
    ];
  } finally {
    await Promise.all([server.close(), plugin.close()]);
  }
}

/** Through the plugin server against a stdio process of the same plugin, called by the smallest JSON-RPC client. */
export async function stdioForwarding(target: ForwardingTarget, launch: Launch): Promise<Figure[]> {
  const [server, plugin] = [new Pool(target.serverUrl), new DirectStdioPlugin(launch)];
  try {
    const direct = (body: string): Call => {
      const params = { node_name: "echo", ...(JSON.parse(body) as object) };
      return async () => void (await plugin.call("node.execute", params));
    };
    return [
      ...(await sections("stdio", direct, (body) => forwarded(server, target, body), judgeStdio)),
      ...(await floor("stdio", direct, ["stdio", JSON.stringify(launch)])),
    ];
  } finally {
    await Promise.all([server.close(), plugin.stop()]);
  }
}

type MakeCall = (body: string) => Call;
type Judge = (
  size: keyof typeof sizes,
  figures: { direct: number; through: number; ratio: number },
) => Partial<Figure>;

async function sections(name: string, direct: MakeCall, through: MakeCall, judge: Judge): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const size of Object.keys(sizes) as (keyof typeof sizes)[]) {
    const body = requestOf(sizes[size]);
    const { a, b, ratio } = await compareLatency({
      a: direct(body),
      b: through(body),
      blocks: plan.blocks,
      count: plan.calls[size],
    });
    figures.push({
      name: `${name} ${size}, c=1`,
      value: `p50 ${ms(a.p50)} → ${ms(b.p50)} (${times(ratio)}, +${ms(b.p50 - a.p50)}), p95 ${ms(a.p95)} → ${ms(b.p95)}, p99 ${ms(a.p99)} → ${ms(b.p99)}`,
      ...judge(size, { direct: a.p50, through: b.p50, ratio }),
    });
  }
  const wanted = name === "HTTP" ? 0.9 : 0.7;
  const load = await underLoad(direct, through);
  figures.push({
    name: `${name} 100 B, c=16`,
    value: `${perSecond(load.a)} → ${perSecond(load.b)} (${times(load.ratio)})`,
    target: `≥ ${times(wanted)}`,
    ok: load.ratio >= wanted,
  });
  return figures;
}

function underLoad(direct: MakeCall, through: MakeCall) {
  const body = requestOf(sizes["100 B"]);
  return compareThroughput({
    a: direct(body),
    b: through(body),
    blocks: plan.blocks,
    concurrency: 16,
    count: plan.load,
  });
}

/** What any Node process between caller and plugin adds: no forwarding through one can be better. */
async function floor(name: string, direct: MakeCall, bareArguments: string[]): Promise<Figure[]> {
  const file = fileURLToPath(new URL("./bare-forwarder.ts", import.meta.url));
  const args = ["--conditions=noxus-source", file, ...bareArguments];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const exited = new Promise((resolve) => child.once("exit", resolve));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const pool = new Pool(`http://127.0.0.1:${(await lines.next()).value}`);
  try {
    const bare = (body: string) => post(pool, "/", {}, body);
    const body = requestOf(sizes["100 B"]);
    const { a, b, ratio } = await compareLatency({
      a: direct(body),
      b: bare(body),
      blocks: plan.blocks,
      count: plan.calls["100 B"],
    });
    const load = await underLoad(direct, bare);
    return [
      {
        name: `${name} 100 B through a bare Node forwarder, for comparison`,
        value: `p50 ${ms(a.p50)} → ${ms(b.p50)} (${times(ratio)}, +${ms(b.p50 - a.p50)}), c=16 ${times(load.ratio)}`,
      },
    ];
  } finally {
    await pool.close();
    child.kill();
    await exited;
  }
}

const judgeHttp: Judge = (size, { ratio }) => {
  const limit = size === "1 MiB" ? 1.5 : size === "100 B" ? 1.3 : undefined;
  return limit ? { target: `≤ ${times(limit)}`, ok: ratio <= limit } : {};
};

const judgeStdio: Judge = (size, { direct, through, ratio }) => {
  if (size === "100 B") return { target: "≤ +0.25 ms", ok: through - direct <= 0.25 };
  return size === "1 MiB" ? { target: `≤ ${times(1.5)}`, ok: ratio <= 1.5 } : {};
};

function requestOf(bytes: number): string {
  const ctx = { call_token: "bench", plugin_config: {}, integration_credentials: {}, group_id: null };
  return JSON.stringify({ ctx, inputs: { text: "x".repeat(bytes) }, config: {} });
}

function forwarded(pool: Pool, { apiKey, pluginId }: ForwardingTarget, body: string): Call {
  return post(pool, `/plugins/${pluginId}/nodes/echo/execute`, { "x-api-key": apiKey }, body);
}

function post(pool: Pool, path: string, headers: Record<string, string>, body: string): Call {
  return async () => {
    const answer = await pool.request({
      method: "POST",
      path,
      headers: { "content-type": "application/json", ...headers },
      body,
    });
    if (answer.statusCode !== 200)
      throw new Error(`${path} answered ${answer.statusCode}: ${await answer.body.text()}`);
    await answer.body.dump({ limit: 1e9 });
  };
}
