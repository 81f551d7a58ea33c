import { NoxusError, type StatusEvent, statusEventSchema } from "@noxus/contracts";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

/**
 * A server's status webhook, if it is signed with the server's secret and not older than five minutes.
 *
 * @throws NoxusError `unauthorized`, `invalid_request`.
 */
export function openWebhook(
  secret: string,
  { body, headers }: { body: string; headers: Record<string, string> },
): StatusEvent {
  let event: unknown;
  try {
    event = new Webhook(secret).verify(body, headers);
  } catch (cause) {
    if (!(cause instanceof WebhookVerificationError)) throw cause;
    throw new NoxusError(
      "unauthorized",
      `The webhook's signature is not right: ${cause.message}. Register again.`,
      {
        cause,
      },
    );
  }
  const parsed = statusEventSchema.safeParse(event);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => ({
    path: `body.${path.join(".")}`,
    message,
  }));
  throw new NoxusError("invalid_request", "The webhook is not of the expected form.", {
    fields,
    cause: parsed.error,
  });
}
