import { errorCodes, NoxusError } from "@noxus/contracts";

/** A plugin server's (or, passed on, a plugin's own) answer to a failed call. */
export interface FailedAnswer {
  status: number;
  body: string;
  /** `no`: the plugin certainly never began the call. */
  started: string | undefined;
  retryAfterS: number | undefined;
}

/** The plugin server's code, where the answer is its own and not the plugin's. */
export function serverCode({ body }: FailedAnswer): string | undefined {
  const code = (parse(body) as { error?: unknown } | undefined)?.error;
  return typeof code === "string" && Object.hasOwn(errorCodes, code) ? code : undefined;
}

/** The failure as the run keeps it: the plugin's own words; `data` has the code and status that came. */
export function pluginFailure(answer: FailedAnswer, secrets: readonly string[]): NoxusError {
  const code = serverCode(answer);
  const parsed = parse(answer.body) as { detail?: unknown; data?: Record<string, unknown> } | undefined;
  const words = redact(detailText(parsed?.detail) ?? answer.body.slice(0, 2_000), secrets);
  const isTimeout = code === "call_deadline_exceeded";
  return new NoxusError(
    isTimeout ? "node_timeout" : "node_failed",
    words || `it answered ${answer.status}.`,
    {
      data: {
        ...(code && { code }),
        status: answer.status,
        ...(answer.started && { started: answer.started }),
      },
    },
  );
}

/** Every text of some length among the values: what must not be seen in a message. */
export function secretTexts(value: unknown): string[] {
  if (typeof value === "string") return value.length >= 6 ? [value] : [];
  return value !== null && typeof value === "object" ? Object.values(value).flatMap(secretTexts) : [];
}

/** A message without any of the given secrets. */
export function redact(text: string, secrets: readonly string[]): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "[redacted]"), text);
}

/** FastAPI's own problems are a list of `{loc, msg}`. */
function detailText(detail: unknown): string | undefined {
  if (typeof detail === "string") return detail;
  if (!Array.isArray(detail)) return undefined;
  return detail
    .map(
      (problem: { loc?: unknown[]; msg?: string }) =>
        `${(problem.loc ?? []).join(".")}: ${problem.msg ?? ""}`,
    )
    .join("; ");
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
