import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { request } from "undici";
import { pluginFixture } from "../fixtures/plugins.ts";
import { v1Edge, v1Node } from "../fixtures/workflow-runs.ts";
import type { FileRecord, Run } from "../packages/contracts/src/index.ts";
import { memoryOfTree, rssOf } from "./memory.ts";
import type { Product } from "./product.ts";
import { type Figure, megabytes, seconds } from "./table.ts";

const mebibyte = 1024 * 1024;
const bridged = 100 * 1000 * 1000;
const large = 1000 * 1000 * 1000;
/** The published SDK speaks HTTP before 0.6.0, stdio from there on. */
const releases = { http: "0.5.5", stdio: "0.6.0" } as const;

/** 1 GB through the platform's own API; 100 MB out of it to a plugin and back, through each bridge. */
export async function files(product: Product): Promise<Figure[]> {
  return [
    ...(await throughPlatform(product)),
    ...(await throughBridge(product, "http")),
    ...(await throughBridge(product, "stdio")),
  ];
}

async function throughPlatform(product: Product): Promise<Figure[]> {
  const platform = await programPid(product, "platform");
  const { result: up, growth, ms: upMs } = await watched(platform, () => upload(product, large));
  const down = await watched(platform, () => sha256Of(product, up.file.id));
  if (down.result !== up.sha256) throw new Error("What came back is not what was sent.");
  await product.request(`/v1/file/${up.file.id}`, { method: "DELETE" });
  const most = Math.max(growth, down.growth);
  return [
    { name: "1 GB up / down through the platform's API", value: `${seconds(upMs)} / ${seconds(down.ms)}` },
    {
      name: "the platform grows meanwhile",
      value: megabytes(most),
      target: "< 100 MiB",
      ok: most < 100 * mebibyte,
    },
  ];
}

/** A node that reads a file and makes another of the same size. */
async function throughBridge(product: Product, transport: keyof typeof releases): Promise<Figure[]> {
  const source = { type: "local", path: pluginFixture("echo") } as const;
  const settings = { sdkRelease: releases[transport], transport };
  const plugin = await product.install({ source, settings });
  try {
    const { file } = await upload(product, bridged);
    const workflow = await product.request<{ id: string }>("/v1/workflows", {
      method: "POST",
      body: upperFile,
    });
    const server = await programPid(product, "plugin-server");
    const passes = [];
    for (let n = 0; n < 3; n += 1) passes.push(await watched(server, () => pass(product, workflow.id, file)));
    const growths = passes.map(({ growth }) => growth);
    return [
      {
        name: `100 MB to a plugin and back over ${transport}, three times`,
        value: passes.map(({ ms }) => seconds(ms)).join(", "),
      },
      {
        name: "the plugin server grows meanwhile",
        value: growths.map(megabytes).join(", "),
      },
    ];
  } finally {
    await product.uninstall(plugin.id);
    await product.untilGone(plugin.id);
  }
}

const upperFile = {
  name: "bench-upper-file",
  definition: {
    nodes: [
      v1Node("in", "InputNode", { label: "file", type: "File" }),
      v1Node("upper", "upper_file"),
      v1Node("out", "OutputNode", { label: "file" }),
    ],
    edges: [v1Edge("in.output", "upper.file"), v1Edge("upper.file", "out.input")],
  },
};

async function pass(product: Product, workflow: string, file: FileRecord): Promise<void> {
  const body = { input: { file: { ...file, name: file.filename } } };
  const { id } = await product.request<Run>(`/v1/workflows/${workflow}/runs`, { method: "POST", body });
  const status = await product.untilRunEnds(id);
  const run = await product.request<Run>(`/v1/runs/${id}`);
  if (status !== "completed") throw new Error(`The run ended as ${status}: ${run.error?.message}`);
  const made = run.output?.file as { id: string };
  const { size } = await product.request<FileRecord>(`/v1/file/${made.id}/record`);
  if (size !== bridged) throw new Error(`The plugin made a file of ${size} bytes.`);
  await product.request(`/v1/file/${made.id}`, { method: "DELETE" });
}

/** By how many bytes the process grows while the work is done, at most, and how long it takes. */
async function watched<T>(pid: number, work: () => Promise<T>) {
  const before = await rssOf(pid);
  let peak = before;
  const watch = setInterval(() => void rssOf(pid).then((rss) => (peak = Math.max(peak, rss))), 20);
  const startedAt = performance.now();
  try {
    const result = await work();
    return { result, growth: peak - before, ms: performance.now() - startedAt };
  } finally {
    clearInterval(watch);
  }
}

async function upload(product: Product, bytes: number): Promise<{ file: FileRecord; sha256: string }> {
  const boundary = "noxus-bench-boundary";
  const hash = createHash("sha256");
  function* body() {
    yield Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="big.txt"\r\ncontent-type: text/plain\r\n\r\n`,
    );
    for (let left = bytes; left > 0; left -= 100_000) {
      const block = Buffer.alloc(Math.min(left, 100_000), `${left} abc `);
      hash.update(block);
      yield block;
    }
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  }
  const answer = await request(`${product.url}/v1/file`, {
    method: "POST",
    headers: {
      "x-api-key": product.adminKey,
      "content-type": `multipart/form-data; boundary=${boundary}`,
    },
    body: Readable.from(body()),
    headersTimeout: 300_000,
  });
  if (answer.statusCode !== 200)
    throw new Error(`The upload was answered ${answer.statusCode}: ${await answer.body.text()}`);
  return { file: (await answer.body.json()) as FileRecord, sha256: hash.digest("hex") };
}

async function sha256Of(product: Product, id: string): Promise<string> {
  const answer = await request(`${product.url}/v1/file/${id}`, {
    headers: { "x-api-key": product.adminKey },
  });
  const hash = createHash("sha256");
  for await (const chunk of answer.body) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Of one of the programs that the product runs. */
async function programPid({ pid }: Product, program: "platform" | "plugin-server"): Promise<number> {
  const found = (await memoryOfTree(pid)).find(({ command }) =>
    new RegExp(`\\b${program}$|/${program}/`).test(command),
  );
  if (!found) throw new Error(`${program} does not run.`);
  return found.pid;
}
