import { keptBuild } from "./kept-releases.ts";
import type { StepContext } from "./step-context.ts";
import { loseRelease } from "./verify-disk.ts";

/**
 * Takes a release that ran before for what the source gives: no download, and no environment to make. One that changed on
 * disk meanwhile is forgotten instead, and the plan fetches it.
 */
export async function recallStep({ state, wanted, parts, save, signal }: StepContext): Promise<void> {
  const { record } = state;
  const release = wanted.release ?? "";
  const built = keptBuild(record, release);
  const { state: found } = await parts.releases.verify(release, { thorough: true, signal });
  if (!built || found !== "ok") return loseRelease(state, release, parts);
  state.beginPhase("fetch");
  const origin = record.origins[release];
  record.fetched = {
    sourceKey: wanted.sourceKey,
    reloads: wanted.reloads,
    release,
    warnings: origin?.warnings ?? [],
    at: new Date().toISOString(),
    ...(origin?.commit !== undefined && { commit: origin.commit }),
  };
  const engine = parts.engines.find(({ name }) => name === built.engine);
  if (await engine?.verify(built.prepared)) record.prepared = built;
  else delete record.prepared;
  await save();
  state.endPhase("fetch", { reused: true });
  const message = `The release ${release.slice(0, 12)} was on disk already.`;
  state.setCondition({ type: "Fetched", status: "true", reason: "Recalled", message });
}
