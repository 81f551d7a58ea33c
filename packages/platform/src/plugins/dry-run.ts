import { json } from "node:stream/consumers";
import type { DesiredList, PluginPlan } from "@noxus/contracts";
import type { Database } from "@noxus/database";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { aliveServers, type ServerRow } from "../servers/server-store.ts";
import { readDesiredList } from "./desired-list.ts";
import type { PluginRow } from "./plugin-row.ts";
import { listPlugins } from "./plugin-store.ts";

export const dryRunQuerySchema = z.object({
  dry_run: z
    .stringbool()
    .default(false)
    .describe("Say what plugin servers would do first (`steps`), and change nothing."),
});

/** What a plugin server answers to `POST /plan`. */
const serverPlanSchema = z.object({
  plan: z.array(
    z.object({
      id: z.string(),
      name: z.string().optional(),
      step: z.object({
        do: z.string(),
        why: z.string(),
        atMs: z.number().optional(),
        untilMs: z.number().optional(),
      }),
    }),
  ),
});

const askTimeoutMs = 5_000;

/** The next step for every plugin, as each server that is alive sees it. @throws NoxusError where one does not answer. */
export async function planAll(deps: PlatformDependencies): Promise<PluginPlan> {
  return planOf(deps, await readDesiredList(deps.database, deps.keyring));
}

/** The first step that a change of one plugin would bring. The change is made, looked at, and taken back. */
export async function planChange(
  deps: PlatformDependencies,
  change: (database: Pick<Database, "db">) => Promise<PluginRow>,
): Promise<PluginPlan> {
  const seen = Promise.withResolvers<{ id: string; list: DesiredList }>();
  await deps.database.db
    .transaction(async (tx) => {
      const { id } = await change({ db: tx });
      seen.resolve({ id, list: await readDesiredList({ db: tx }, deps.keyring) });
      throw new TakenBack();
    })
    .catch((error: unknown) => {
      if (!(error instanceof TakenBack)) throw error;
    });
  const { id, list } = await seen.promise;
  const { steps, ...plan } = await planOf(deps, list);
  return { ...plan, steps: steps.filter(({ plugin_id }) => plugin_id === id) };
}

/** Ends a transaction of which nothing is to stay. */
class TakenBack extends Error {}

async function planOf(deps: PlatformDependencies, list: DesiredList): Promise<PluginPlan> {
  const { db } = deps.database;
  const servers = await aliveServers(db, deps.environment.NOXUS_SERVER_STALE_MS);
  const names = new Map((await listPlugins(db)).map(({ id, name }) => [id, name]));
  const steps = await Promise.all(servers.map((server) => stepsOf(deps, server, list, names)));
  return { dry_run: true, steps: steps.flat() };
}

async function stepsOf(
  { pluginServers, signal }: PlatformDependencies,
  server: ServerRow,
  list: DesiredList,
  names: ReadonlyMap<string, string>,
): Promise<PluginPlan["steps"]> {
  const asked = { method: "POST", path: "/plan", body: list, timeoutMs: askTimeoutMs, signal } as const;
  const { body } = await pluginServers.askServer(server, asked);
  const { plan } = serverPlanSchema.parse(await json(body));
  return plan.map(({ id, name, step }) => {
    const atMs = step.atMs ?? step.untilMs;
    return {
      server: server.name,
      plugin_id: id,
      plugin: names.get(id) ?? name ?? null,
      do: step.do,
      why: step.why,
      at: atMs === undefined ? null : new Date(atMs).toISOString(),
    };
  });
}
