import { NoxusError } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { splitAssignment } from "../plugins/assignments.ts";
import { formatFields } from "../terminal/table.ts";
import { findWorkflow } from "../workflows/find.ts";
import { readInputs } from "../workflows/inputs.ts";
import { whenText } from "./list.ts";
import type { TriggerRecord } from "./trigger-record.ts";

interface InputOptions {
  input?: string[];
  eventInput?: string;
}

export interface ScheduleOptions extends InputOptions {
  cron?: string;
  timezone?: string;
  missed?: string;
  maxMissed?: string;
}

/** Starts a workflow at the times of a cron expression. */
export async function createSchedule(
  context: CommandContext,
  workflow: string,
  { cron, timezone, missed, maxMissed, ...inputs }: ScheduleOptions,
): Promise<void> {
  if (!cron)
    throw new NoxusError("invalid_request", 'Give the times as a cron expression: --cron "0 9 * * 1-5"');
  const definition = {
    type: "schedule",
    cron,
    timezone: timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    ...(missed && { missed }),
    ...(maxMissed && { max_missed: Number(maxMissed) }),
  };
  const { trigger, name } = await create(context, workflow, definition, inputs);
  context.terminal.print(trigger, () => [
    `${name} is started next at ${whenText(trigger.next_at)} (${trigger.id}).`,
  ]);
}

/** Starts a workflow by signed requests; prints where they go and what signs them. */
export async function createWebhook(
  context: CommandContext,
  workflow: string,
  inputs: InputOptions,
): Promise<void> {
  const { trigger } = await create(context, workflow, { type: "webhook" }, inputs);
  const url = context.connect().url + trigger.path;
  context.terminal.print({ ...trigger, url }, () =>
    formatFields([
      ["id", trigger.id],
      ["url", url],
      ["secret", trigger.secret],
    ]),
  );
  context.terminal.note(
    "Sign requests as Standard Webhooks with the secret; it is not shown again. The body's fields are the run's inputs.",
  );
}

export interface TriggerOptions extends InputOptions {
  config?: string[];
  every?: string;
}

/** Starts a workflow by what a plugin's trigger finds. */
export async function createTrigger(
  context: CommandContext,
  [workflow = "", type = ""]: string[],
  { config = [], every, ...inputs }: TriggerOptions,
): Promise<void> {
  const definition = {
    type,
    config: Object.fromEntries(config.map(readSetting)),
    ...(every && { polling_interval: Number(every) }),
  };
  const { trigger, name } = await create(context, workflow, definition, inputs);
  context.terminal.print(trigger, () => [`${name} is started by ${type} (${trigger.id}).`]);
}

/** `key=text` or `key:=JSON`. */
function readSetting(word: string): [string, unknown] {
  const { key, value } = splitAssignment(word);
  if (!key.endsWith(":")) return [key, value];
  try {
    return [key.slice(0, -1), JSON.parse(value)];
  } catch (cause) {
    throw new NoxusError("invalid_request", `After := JSON was expected, and got "${word}".`, { cause });
  }
}

async function create(
  context: CommandContext,
  nameOrId: string,
  definition: Record<string, unknown>,
  { input = [], eventInput }: InputOptions,
): Promise<{ trigger: TriggerRecord; name: string }> {
  const client = context.connect();
  const { signal } = context;
  const { id, name } = await findWorkflow(client, nameOrId, signal);
  const inputs = await readInputs(context, input);
  const body = {
    definition: { ...definition, input: inputs, ...(eventInput && { event_input: eventInput }) },
  };
  const trigger = await client.request<TriggerRecord>(`/v1/workflows/${id}/triggers`, {
    method: "POST",
    body,
    signal,
  });
  return { trigger, name };
}
