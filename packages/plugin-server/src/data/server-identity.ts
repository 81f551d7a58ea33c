import { randomBytes, randomUUID } from "node:crypto";
import { join } from "node:path";
import { readIfThere, writeAtomically } from "./write-atomically.ts";

/** What makes this server the same one after a restart: its id, and the key that callers send. */
export interface ServerIdentity {
  serverId: string;
  apiKey: string;
}

/** Reads both from the data folder (`server-id`, `api-key`, mode 0600), and makes what is not there. */
export async function loadIdentity(folder: string, givenApiKey?: string): Promise<ServerIdentity> {
  return {
    serverId: await keep(join(folder, "server-id"), randomUUID),
    apiKey:
      givenApiKey ??
      (await keep(join(folder, "api-key"), () => `psk_${randomBytes(32).toString("base64url")}`)),
  };
}

/**
 * When this life of the server began (ISO 8601): later than every life before, even where the clock was set back since. The
 * platform orders reports by it, and would drop those of a life that seems to be an older one.
 */
export async function beginLife(folder: string): Promise<string> {
  const path = join(folder, "last-start");
  const last = Date.parse((await readIfThere(path))?.trim() ?? "");
  const startedAt = new Date(Number.isNaN(last) ? Date.now() : Math.max(Date.now(), last + 1)).toISOString();
  await writeAtomically(path, `${startedAt}\n`);
  return startedAt;
}

async function keep(path: string, make: () => string): Promise<string> {
  const kept = (await readIfThere(path))?.trim();
  if (kept) return kept;
  const made = make();
  await writeAtomically(path, `${made}\n`);
  return made;
}
