import type { Trigger } from "../api/queries.ts";
import { texts } from "../texts/triggers.ts";

/** What a person recognises a trigger by: when, where or of what it starts. */
export function triggerName({
  kind,
  definition,
  path,
}: Pick<Trigger, "kind" | "definition" | "path">): string {
  const { cron, timezone = "UTC", type, polling_interval } = definition;
  if (kind === "schedule") return `${cron} · ${timezone}`;
  if (kind === "webhook") return path ?? texts.kinds.webhook;
  const every = typeof polling_interval === "number" ? ` · ${texts.every(polling_interval)}` : "";
  return `${String(type ?? "")}${every}`;
}
