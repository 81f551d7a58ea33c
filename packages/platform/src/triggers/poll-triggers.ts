import { json } from "node:stream/consumers";
import { callHeaders, NoxusError, type RunError, runQueuedChannel } from "@noxus/contracts";
import { storableJson, workflowTriggers } from "@noxus/database";
import { and, eq, sql } from "@noxus/database/sql";
import { z } from "zod";
import { callContext } from "../credentials/call-context.ts";
import type { PlatformDependencies } from "../http/dependencies.ts";
import type { PluginRow } from "../plugins/plugin-row.ts";
import { listPlugins } from "../plugins/plugin-store.ts";
import { fireTrigger } from "./fire-trigger.ts";
import { type PollDefinition, parseTrigger } from "./trigger-definition.ts";
import type { TriggerRow } from "./trigger-store.ts";

/** A plugin asks something outside; longer than that, and the next poll is due soon. */
const pollTimeoutMs = 60_000;
/** Longer than a poll may take: who has it then is gone. */
const leaseS = 90;
/** What the published SDK takes where a trigger says nothing. */
const usualIntervalS = 300;
/** A poll that failed is tried again after this, or after the interval where that is shorter. */
const afterFailureS = 30;

const pollAnswerSchema = z.object({
  events: z.array(z.record(z.string(), z.unknown())),
  state: z.record(z.string(), z.unknown()),
});

type Deps = PlatformDependencies;

/** Takes triggers that are due; each is one platform's until its poll has ended, or the lease is over. */
export async function takeDuePolls(
  { database }: Pick<Deps, "database">,
  limit: number,
): Promise<TriggerRow[]> {
  const due = sql`select id from workflow_triggers where kind = 'plugin' and enabled and next_at <= now()
    and (lease_until is null or lease_until < now()) order by next_at limit ${limit} for update skip locked`;
  return database.db
    .update(workflowTriggers)
    .set({ leaseUntil: sql`now() + ${leaseS}::int * interval '1 second'`, epoch: sql`epoch + 1` })
    .where(sql`id in (${due})`)
    .returning();
}

/**
 * Polls one trigger. Its events, their runs and the state for the next poll are committed together, and only while the
 * lease is ours: whatever dies in between, the next poller begins with the state that fits the runs that there are.
 */
export async function pollTrigger(trigger: TriggerRow, deps: Deps): Promise<void> {
  const { definition } = parseTrigger(trigger.definition) as { definition: PollDefinition };
  let intervalS = definition.polling_interval ?? usualIntervalS;
  try {
    const { plugin, declared } = await findPluginTrigger(deps, definition.type);
    intervalS = definition.polling_interval ?? declared.polling_interval ?? usualIntervalS;
    const polled = await ask(trigger, { definition, plugin, integrations: integrationsOf(declared) }, deps);
    await keep(trigger, polled, { intervalS, deps });
  } catch (error) {
    if (deps.signal.aborted) return release(trigger, deps);
    await noteFailure(trigger, error, { intervalS: Math.min(intervalS, afterFailureS), deps });
  }
}

type DeclaredTrigger = NonNullable<NonNullable<PluginRow["manifest"]>["triggers"]>[number];

/** @throws NoxusError `not_found` naming the triggers that there are. */
async function findPluginTrigger(
  { database: { db } }: Deps,
  type: string,
): Promise<{ plugin: PluginRow; declared: DeclaredTrigger }> {
  const known = (await listPlugins(db)).flatMap((plugin) =>
    (plugin.manifest?.triggers ?? []).map((declared) => ({ plugin, declared })),
  );
  const found = known.find(({ declared }) => declared.type === type);
  if (found) return found;
  const names = known.map(({ declared }) => declared.type).join(", ") || "none";
  throw new NoxusError(
    "not_found",
    `No installed plugin has a trigger "${type}"; there are: ${names}. Install the plugin, or change the trigger's type.`,
  );
}

function integrationsOf({ integrations }: DeclaredTrigger): string[] {
  return Array.isArray(integrations) ? [...new Set((integrations as string[]).flat())] : [];
}

async function ask(
  { workspaceId, state }: TriggerRow,
  what: { definition: PollDefinition; plugin: PluginRow; integrations: string[] },
  deps: Deps,
): Promise<z.infer<typeof pollAnswerSchema>> {
  const { definition, plugin, integrations } = what;
  const ctx = await callContext({ plugin, workspaceId, integrations }, deps);
  const answer = await deps.pluginServers.askPlugin(plugin.id, {
    method: "POST",
    path: `/triggers/${encodeURIComponent(definition.type)}/poll`,
    body: { ctx, config: definition.config, state },
    headers: { [callHeaders.workspace]: workspaceId },
    timeoutMs: pollTimeoutMs,
    signal: AbortSignal.any([deps.signal, AbortSignal.timeout(pollTimeoutMs)]),
  });
  const parsed = pollAnswerSchema.safeParse(await json(answer.body));
  if (parsed.success) return parsed.data;
  throw new NoxusError(
    "plugin_call_failed",
    `The trigger "${definition.type}" of ${plugin.name} answered something that is not {events, state}.`,
    { cause: parsed.error },
  );
}

async function keep(
  trigger: TriggerRow,
  { events, state }: z.infer<typeof pollAnswerSchema>,
  { intervalS, deps }: { intervalS: number; deps: Deps },
): Promise<void> {
  const { database } = deps;
  await database.db.transaction(async (tx) => {
    const kept = await tx
      .update(workflowTriggers)
      .set({ state: storableJson(state), failure: null, lastAt: sql`now()`, ...nextPoll(intervalS) })
      .where(ours(trigger))
      .returning({ id: workflowTriggers.id });
    // Changed or taken by another meanwhile: what this poll brought is not for the trigger as it is now.
    if (kept.length === 0) return;
    for (const data of events) await fireTrigger(tx, trigger, { type: "plugin.event", data }, deps);
  });
  if (events.length > 0) database.hints.tell(runQueuedChannel);
}

async function noteFailure(
  trigger: TriggerRow,
  error: unknown,
  { intervalS, deps: { database, logger } }: { intervalS: number; deps: Deps },
): Promise<void> {
  const failure: RunError =
    error instanceof NoxusError
      ? { code: error.code, message: error.message }
      : { code: "internal", message: (error as Error).message };
  logger.info(
    { triggerId: trigger.id, code: failure.code, reason: failure.message },
    "a trigger's poll failed",
  );
  await database.db
    .update(workflowTriggers)
    .set({ failure, lastAt: sql`now()`, ...nextPoll(intervalS) })
    .where(ours(trigger));
}

async function release(trigger: TriggerRow, { database: { db } }: Deps): Promise<void> {
  await db.update(workflowTriggers).set({ leaseUntil: null }).where(ours(trigger));
}

function nextPoll(intervalS: number) {
  return { leaseUntil: null, nextAt: sql`now() + ${intervalS}::float * interval '1 second'` };
}

function ours({ id, epoch }: TriggerRow) {
  return and(eq(workflowTriggers.id, id), eq(workflowTriggers.epoch, epoch));
}
