import { NoxusError } from "@noxus/contracts";
import { type Logger, retry } from "@noxus/service";
import { type Dispatcher, request } from "undici";
import type { RunEnd } from "../journal/run-journal.ts";
import type { LeasedRun } from "../queue/leases.ts";

export interface CallbackOptions {
  dispatcher: Dispatcher;
  logger: Logger;
}

/** Tells a run's `callback_url` how it ended, at most five times until it is heard. Never rejects. */
export async function callBack(
  run: LeasedRun,
  end: RunEnd,
  { dispatcher, logger }: CallbackOptions,
  signal: AbortSignal,
): Promise<void> {
  const url = run.callback_url;
  if (!url) return;
  const body = JSON.stringify({
    id: run.id,
    group_id: run.workspace_id,
    workflow_id: run.workflow_id,
    status: end.status,
    output: end.output ?? null,
    error: end.error ?? null,
  });
  try {
    await retry(() => post(url, body, dispatcher, signal), {
      attempts: 5,
      retryIf: (error) => !((error as Error).cause instanceof NoxusError),
      signal,
    });
  } catch (error) {
    logger.warn({ runId: run.id, err: error }, "a run's callback was not heard");
  }
}

async function post(url: string, body: string, dispatcher: Dispatcher, signal: AbortSignal): Promise<void> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(10_000)]);
  const headers = { "content-type": "application/json" };
  const answer = await request(url, { method: "POST", headers, body, dispatcher, signal: limit });
  await answer.body.dump();
  if (answer.statusCode >= 400) throw new Error(`The callback answered with status ${answer.statusCode}.`);
}
