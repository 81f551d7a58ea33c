import { type ErrorCode, NoxusError, runQueuedChannel } from "@noxus/contracts";
import { workflowTriggers } from "@noxus/database";
import { and, eq } from "@noxus/database/sql";
import type { HttpServer } from "@noxus/service";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { fireTrigger } from "../triggers/fire-trigger.ts";
import type { TriggerRow } from "../triggers/trigger-store.ts";
import { isUuid } from "../workflows/workflow-store.ts";

/** An event, not a place to send files to. */
const maxBytes = 1024 * 1024;

interface Signed {
  id: string;
  body: string;
  headers: Record<string, string>;
}

/*
 *   POST /v1/hooks/{trigger}
 *     signature ── 401 unauthorized: absent, wrong, older than five minutes, or no such trigger
 *     trigger ──── 409 conflict, where it is paused
 *     webhook-id ─ 202 with the run of the first time, where it came before
 *     workflow ─── 422 workflow_…, 404 not_found: kept with the trigger's events, so that its owner sees it too
 *     ◀─ 202 {run_id}
 */

/** Signed requests that start runs. The signature is the key: no API key is asked for. */
export function registerWebhookRoutes(server: HttpServer, deps: PlatformDependencies): void {
  void server.register(async (scope) => {
    // The signature is over the bytes as they came.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    scope.post<{ Params: { triggerId: string }; Body: string | undefined }>(
      "/v1/hooks/:triggerId",
      {
        bodyLimit: maxBytes,
        schema: {
          tags: ["triggers"],
          summary: "Start a workflow by a signed request",
          description:
            "Signed as Standard Webhooks (webhook-id, webhook-timestamp, webhook-signature) with the trigger's secret. The same webhook-id again starts nothing and answers as the first time.",
        },
        validatorCompiler: () => (value) => ({ value }),
      },
      async (request, reply) => {
        const headers = Object.fromEntries(
          Object.entries(request.headers).flatMap(([name, value]) =>
            typeof value === "string" ? [[name, value] as const] : [],
          ),
        );
        const signed = { id: headers["webhook-id"] ?? "", body: request.body ?? "", headers };
        return reply.code(202).send(await take(request.params.triggerId, signed, deps));
      },
    );
  });
}

async function take(triggerId: string, signed: Signed, deps: PlatformDependencies) {
  const trigger = await findHook(triggerId, deps);
  const payload = verify(trigger, signed, deps);
  if (!trigger?.enabled)
    throw new NoxusError(
      "conflict",
      "This webhook is paused. Its owner lets it go on, or sends nothing here.",
    );
  const data = asObject(payload);
  const event = { type: "webhook.received", key: signed.id, data } as const;
  const fired = await deps.database.db.transaction((tx) => fireTrigger(tx, trigger, event, deps));
  if (fired.error) throw new NoxusError(fired.error.code as ErrorCode, fired.error.message);
  if (!fired.isRepeated) deps.database.hints.tell(runQueuedChannel);
  return { run_id: fired.runId, repeated: fired.isRepeated };
}

async function findHook(
  id: string,
  { database: { db } }: PlatformDependencies,
): Promise<TriggerRow | undefined> {
  if (!isUuid(id)) return undefined;
  const own = and(eq(workflowTriggers.id, id), eq(workflowTriggers.kind, "webhook"));
  const [row] = await db.select().from(workflowTriggers).where(own);
  return row;
}

/** A stranger learns nothing: an unknown trigger and a wrong signature are the same. */
function verify(
  trigger: TriggerRow | undefined,
  { body, headers }: Signed,
  { keyring }: PlatformDependencies,
): unknown {
  if (!trigger?.secretEncrypted) throw refused("no webhook with this address and signature is known");
  try {
    return new Webhook(keyring.open(trigger.secretEncrypted)).verify(body, headers);
  } catch (cause) {
    if (cause instanceof WebhookVerificationError) throw refused(cause.message, cause);
    if (cause instanceof SyntaxError)
      throw new NoxusError("malformed_json", `The body is not JSON: ${cause.message}.`, { cause });
    throw cause;
  }
}

function refused(reason: string, cause?: Error): NoxusError {
  return new NoxusError(
    "unauthorized",
    `Expected a request signed as Standard Webhooks with this webhook's secret, not older than five minutes: ${reason}.`,
    { cause },
  );
}

function asObject(payload: unknown): Record<string, unknown> {
  if (payload !== null && typeof payload === "object" && !Array.isArray(payload))
    return payload as Record<string, unknown>;
  throw new NoxusError(
    "invalid_request",
    "The body is to be a JSON object, whose fields are the run's inputs.",
  );
}
