import type { Parts } from "./parts.ts";
import type { Built, PluginRecord } from "./plugin-record.ts";
import type { PluginState } from "./plugin-state.ts";

/**
 * Looks whether the plugin's files are still on disk (`deep`: and unchanged). What is lost or changed leaves the record,
 * so that the plan fetches or prepares it again: the same commit, not a newer one.
 */
export async function verifyDisk(
  state: PluginState,
  parts: Pick<Parts, "releases" | "engines" | "logger">,
  { deep, signal }: { deep: boolean; signal: AbortSignal },
): Promise<void> {
  const { record } = state;
  const hashes = new Set([record.fetched?.release, record.prepared?.release, record.good?.release]);
  for (const hash of hashes) {
    if (hash === undefined) continue;
    const { state: found } = await parts.releases.verify(hash, { thorough: deep, signal });
    if (found !== "ok") await loseRelease(state, hash, parts);
  }
  for (const built of distinctEnvironments(record)) {
    if (!(await isEnvironmentThere(built, parts))) loseEnvironment(state, built, parts);
  }
}

/** Mostly what was prepared last is what runs: one look is enough. */
function distinctEnvironments({ prepared, good }: PluginRecord): Built[] {
  const isSame = prepared?.environment === good?.environment && prepared?.engine === good?.engine;
  return [prepared, isSame ? undefined : good].filter((built) => built !== undefined);
}

async function isEnvironmentThere(built: Built, { engines }: Pick<Parts, "engines">): Promise<boolean> {
  const engine = engines.find(({ name }) => name === built.engine);
  return engine !== undefined && (await engine.verify(built.prepared));
}

/** A release that is not what it was leaves disk and record. */
export async function loseRelease(
  state: PluginState,
  hash: string,
  { releases, logger }: Pick<Parts, "releases" | "logger">,
): Promise<void> {
  logger.warn(
    { pluginId: state.id, release: hash },
    "a release is gone or changed on disk; it is fetched again",
  );
  await releases.remove(hash);
  const { record } = state;
  if (record.fetched?.release === hash) {
    state.pinnedCommit = record.fetched.commit;
    delete record.fetched;
  }
  if (record.prepared?.release === hash) delete record.prepared;
  if (record.good?.release === hash) delete record.good;
  record.earlier = record.earlier.filter(({ release }) => release !== hash);
  for (const one of state.alive) if (one.built.release === hash) one.stale = true;
}

function loseEnvironment(state: PluginState, lost: Built, { logger }: Pick<Parts, "logger">): void {
  logger.warn(
    { pluginId: state.id, environment: lost.environment },
    "an environment is gone from disk; it is made again",
  );
  const { record } = state;
  if (record.prepared?.environment === lost.environment) delete record.prepared;
  if (record.good?.environment === lost.environment) delete record.good;
  record.earlier = record.earlier.filter(({ environment }) => environment !== lost.environment);
  for (const one of state.alive) if (one.built.environment === lost.environment) one.stale = true;
}
