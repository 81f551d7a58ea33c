import { randomUUID } from "node:crypto";
import type { Manifest, Plugin, PluginReport, PluginSummaries, Source, Status } from "@noxus/contracts";
import { pluginServers, pluginStates, plugins } from "@noxus/database";
import { eq } from "@noxus/database/sql";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPlatform, type TestPlatform } from "../../../../fixtures/platform.ts";

let platform: TestPlatform;
const servers = { alive: randomUUID(), gone: randomUUID() };
beforeAll(async () => {
  platform = await startTestPlatform({ NOXUS_SERVER_STALE_MS: "600000" });
  await addServer("alive", new Date());
  await addServer("gone", new Date(0));
  await add("runs", { alive: { status: "running", instances: [aProcess] } });
  await add("sleeps", { alive: { status: "running" } });
  await add(
    "elsewhere",
    { alive: { status: "running" } },
    { type: "remote", endpoint: "https://plugin.example", key_header: "x-api-key" },
  );
  await add("asks", { alive: { status: "missing_config", configProblems: ["Region is missing."] } });
  const failure = {
    code: "plugin_exited",
    stage: "run",
    message: "It ended.",
    at: time,
    nextAttemptAt: time,
  };
  await add("fails 100%", { alive: { status: "error", failure } as Partial<PluginReport> });
  const hold = { code: "plugins_held", stage: "run", message: "Held.", at: time };
  await add("waits", { alive: { status: "error", failure: hold } as Partial<PluginReport> });
  await add("lost", { gone: { status: "running", instances: [aProcess] } });
  await add("moved", {
    gone: { status: "running" },
    alive: { status: "error", failure } as Partial<PluginReport>,
  });
  await add("new", {});
  await platform.database.db.update(plugins).set({ name: "other" }).where(eq(plugins.name, "moved"));
});
afterAll(() => platform.stop());

const time = "2026-01-02T03:04:05.000Z";
const aProcess = { pid: 1, state: "ready", startedAt: time } as const;

test("a summary tells the state that the whole plugin tells, with the reason in words", async () => {
  const { items, total, states } = await list("");
  const whole = await platform.json<{ items: Plugin[] }>("/v1/plugins?size=100");
  const told = items.map(({ id, name, version, nodeCount }) => ({ id, name, version, nodeCount }));
  expect(told).toEqual(
    whole.items.map(({ id, name, version, nodes }) => ({ id, name, version, nodeCount: nodes.length })),
  );
  const finer: Record<string, Status> = { held: "error", idle: "running" };
  expect(items.map(({ state }) => finer[state] ?? state)).toEqual(whole.items.map(({ status }) => status));
  expect(total).toBe(9);
  expect(states).toEqual({ running: 2, idle: 1, missing_config: 1, error: 3, held: 1, installing: 1 });
  const problems = Object.fromEntries(items.map(({ name, problem }) => [name, problem]));
  expect(problems).toMatchObject({
    runs: null,
    asks: { message: "Region is missing." },
    "fails 100%": { code: "plugin_exited", message: "It ended.", nextAttemptAt: time },
    lost: { code: "plugin_server_unavailable" },
    other: { code: "plugin_name_taken" },
    new: null,
  });
  expect(JSON.stringify(items)).not.toContain("stderr");
});

test("plugins are found by words and states, and paged, and states are counted before they are chosen", async () => {
  const found = await list("?q=100%25");
  expect([found.items.map(({ name }) => name), found.states]).toEqual([["fails 100%"], { error: 1 }]);
  expect((await list("?q=title%20of%20SLEEPS")).items.map(({ name }) => name)).toEqual(["sleeps"]);
  const chosen = await list("?state=idle&state=held");
  expect([chosen.items.map(({ name }) => name), chosen.total]).toEqual([["sleeps", "waits"], 2]);
  expect(chosen.states).toMatchObject({ running: 2 });
  const pages = [await list("?size=4"), await list("?size=4&page=2"), await list("?size=4&page=3")];
  expect(pages.map(({ items }) => items.length)).toEqual([4, 4, 1]);
  expect(new Set(pages.flatMap(({ items }) => items.map(({ id }) => id))).size).toBe(9);
  const refused = await platform.send("/v1/plugin-summaries?state=happy");
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("missing_config")]);
});

function list(query: string): Promise<PluginSummaries> {
  return platform.json(`/v1/plugin-summaries${query}`);
}

async function addServer(name: keyof typeof servers, heartbeatAt: Date): Promise<void> {
  await platform.database.db.insert(pluginServers).values({
    id: servers[name],
    name,
    url: "http://127.0.0.1:9",
    apiKeyEncrypted: "",
    webhookSecretEncrypted: "",
    version: "1",
    heartbeatAt,
  });
}

async function add(
  name: string,
  said: Partial<Record<keyof typeof servers, Partial<PluginReport> & { status?: Status }>>,
  source: Source = { type: "local", path: "/nowhere" },
): Promise<void> {
  const manifest = {
    name,
    version: "1.2.3",
    display_name: `Title of ${name}`,
    nodes: [{ type: `${name} node` }],
  };
  const { db } = platform.database;
  const values = { name, source, manifest: (name === "new" ? null : manifest) as Manifest | null };
  const [row] = await db.insert(plugins).values(values).returning();
  for (const [server, report] of Object.entries(said))
    await db.insert(pluginStates).values({
      pluginId: row?.id ?? "",
      serverId: servers[server as keyof typeof servers],
      status: report.status ?? "",
      serverStartedAt: new Date(time),
      sequence: 1,
      report: { ...emptyReport, ...report, id: row?.id } as unknown as PluginReport,
    });
}

const emptyReport = {
  sequence: 1,
  generation: 1,
  observedGeneration: 1,
  conditions: [],
  phases: [],
  configProblems: [],
  warnings: [],
  instances: [],
  restarts: 0,
  updatedAt: time,
};
