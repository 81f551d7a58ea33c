import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Plugin, Run } from "@noxus/contracts";
import type { ConsoleSession } from "../fixtures/console-session.ts";
import { v1Edge, v1Node } from "../fixtures/workflow-runs.ts";

/** What is shown of the things that there are many of, by id. */
export interface Shown {
  workflow: string;
  /** Of the completed run. */
  node: string;
  runs: { completed: string; failed: string; asks: string };
  file: string;
}

type Session = Pick<ConsoleSession, "request" | "noxus" | "adminKey">;
const fixtures = join(import.meta.dirname, "../fixtures/plugins");

/** Plugins that run, fail and lack configuration; runs that ended well, failed and wait for a person; what else has a page. */
export async function fillWithExamples(session: Session): Promise<Shown> {
  const expected = {
    "needs-config": "missing_config",
    "exits-at-start": "error",
    "with-integration": "running",
  };
  for (const [name, status] of Object.entries(expected)) await install(session, name, status);
  await session.request("/v1/credentials", { integration: "vault", payload: { api_key: "open" } });
  const { items } = await session.request<{ items: { id: string }[] }>("/v1/workflows?name=article-card");
  const workflow = items[0]?.id ?? "";
  await session.request(`/v1/workflows/${workflow}/versions`, { name: "First" });
  for (const definition of [
    { type: "schedule", cron: "0 9 * * 1-5", timezone: "Europe/Lisbon" },
    { type: "webhook" },
  ])
    await session.request(`/v1/workflows/${workflow}/triggers`, { definition });
  const input = {
    title: "Ada Lovelace",
    text: "The engine weaves algebraic patterns as the loom weaves flowers.",
  };
  const runs = {
    failed: await run(session, await save(session, "Reads what is not there", failing), {}, "failed"),
    asks: await run(
      session,
      await save(session, "Sends an offer", asking),
      { What: "the offer" },
      "awaiting_human_feedback",
    ),
    completed: await run(session, workflow, input, "completed"),
  };
  return { workflow, node: "statistics", runs, file: await upload(session) };
}

const failing = {
  nodes: [v1Node("read", "HttpRequestNode", { url: "http://127.0.0.1:9/prices", method: "GET" })],
  edges: [],
};
const asking = {
  nodes: [
    v1Node("in", "InputNode", { label: "What", type: "str" }),
    v1Node("ask", "ApprovalNode", { question: "Send it to everybody?" }),
    v1Node("said", "OutputNode", { label: "Said" }),
  ],
  edges: [v1Edge("in.output", "ask.value"), v1Edge("ask.comment", "said.input")],
};

async function install(session: Session, name: string, status: string): Promise<void> {
  await session.request("/v1/plugins", { source: { type: "local", path: join(fixtures, name) } });
  await until(
    async () => (await session.request<Plugin>(`/v1/plugins/${name}`)).status === status,
    `${name} is ${status}`,
  );
}

async function save({ request }: Session, name: string, definition: object): Promise<string> {
  return (await request<{ id: string }>("/v1/workflows?force=true", { name, definition })).id;
}

async function run({ request }: Session, workflow: string, input: object, status: string): Promise<string> {
  const { id } = await request<Run>(`/v1/workflows/${workflow}/runs`, { input });
  await until(async () => (await request<Run>(`/v1/runs/${id}`)).status === status, `the run is ${status}`);
  return id;
}

async function upload({ noxus, adminKey }: Session): Promise<string> {
  const body = new FormData();
  body.set(
    "file",
    new File(["# Notes\n\nThe engine weaves algebra.\n"], "notes.md", { type: "text/markdown" }),
  );
  const answer = await fetch(`${noxus.url}/v1/file`, {
    method: "POST",
    body,
    headers: { "x-api-key": adminKey },
  });
  return ((await answer.json()) as { id: string }).id;
}

async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = AbortSignal.timeout(60_000);
  while (!(await isSo())) {
    if (deadline.aborted) throw new Error(`After a minute it is still not so that ${what}.`);
    await delay(200);
  }
}
