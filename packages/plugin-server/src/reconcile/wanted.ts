import { createHash } from "node:crypto";
import { type DesiredPlugin, type Source, withoutSecrets } from "@noxus/contracts";
import type { Wanted } from "./plan.ts";

/**
 * A desired plugin reduced to what decides steps. `localReloads` are the reloads asked of this server directly; they
 * count beside the platform's own. `held`: all plugins are.
 */
export function wantedOf(
  desired: DesiredPlugin,
  { localReloads = 0, held = false }: { localReloads?: number | undefined; held?: boolean } = {},
): Wanted {
  const { source, settings, generation, enabled, config } = desired;
  const reloads = desired.reloads + localReloads;
  return {
    enabled,
    held,
    key: `${generation}:${reloads}`,
    sourceKey: sourceKeyOf(source),
    exactSourceKey: fingerprint(source),
    movable: isMovable(source),
    reloads,
    ...(source.release !== undefined && { release: source.release }),
    settingsKey: fingerprint([
      settings.sdkRelease,
      settings.transport,
      settings.start,
      settings.installScripts,
      // What is asked with another key is another connection.
      ...(source.type === "remote" ? [source.key, source.key_header] : []),
    ]),
    configKey: fingerprint(config),
    replicas: settings.replicas,
    idleAfterMs: settings.idleAfterMs,
    idleReplicas: settings.idleReplicas,
    warmSpare: settings.warmSpare,
  };
}

/** New credentials alone are no new source: what was fetched with the old ones stays good. */
export function sourceKeyOf(source: Source): string {
  const plain = withoutSecrets(source);
  const { username: _username, ...rest } = plain as typeof plain & { username?: string };
  return fingerprint(rest);
}

/** A pinned commit or release and an uploaded file never change; everything else is fetched again by a reload. */
export function isMovable(source: Source): boolean {
  if (source.release !== undefined) return false;
  if (source.type === "git") return source.commit === undefined;
  if (source.type === "marketplace") return source.version === undefined;
  return source.type === "local" || source.type === "remote";
}

/** sha256 of a value, the same whatever the order of its keys. */
export function fingerprint(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(value)) ?? "")
    .digest("hex");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]));
}
