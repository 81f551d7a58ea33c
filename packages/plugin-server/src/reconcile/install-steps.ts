import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { NoxusError, type ReleaseSignature, withoutPins, withoutSecrets } from "@noxus/contracts";
import type { Engine, Environment, PluginFacts } from "../engines/engine.ts";
import type { Release } from "../releases/release.ts";
import { noteOrigin } from "./kept-releases.ts";
import type { StepContext } from "./step-context.ts";

/** Copies the source into a release and remembers what was fetched. */
export async function fetchStep({ state, desired, wanted, parts, save, signal }: StepContext): Promise<void> {
  state.setCondition({
    type: "Fetched",
    status: "unknown",
    reason: "Fetching",
    message: "The source is being fetched.",
  });
  state.beginPhase("fetch");
  const commit = state.pinnedCommit;
  const got = await inTemporaryFolder(parts.temporaryFolder, async (folder) => {
    const onProgress = (message: string) =>
      state.setCondition({ type: "Fetched", status: "unknown", reason: "Fetching", message });
    const fetched = await parts.fetchSource(desired.source, {
      into: join(folder, "source"),
      commit,
      onProgress,
      signal,
    });
    return { ...fetched, release: await parts.releases.add(fetched.folder, signal) };
  });
  const { release } = got;
  refuseOtherRelease(wanted.release, release.hash, got.commit);
  const at = new Date().toISOString();
  noteOrigin(state.record, release.hash, {
    source: withoutPins(withoutSecrets(desired.source)),
    warnings: got.warnings,
    bytes: await parts.releases.bytesOf(release.hash),
    at,
    ...(got.commit !== undefined && { commit: got.commit }),
    ...(got.signature && { signature: got.signature }),
  });
  state.record.fetched = {
    sourceKey: wanted.sourceKey,
    reloads: wanted.reloads,
    release: release.hash,
    warnings: got.warnings,
    at,
    ...(got.commit !== undefined && { commit: got.commit }),
  };
  state.pinnedCommit = undefined;
  await save();
  state.endPhase("fetch");
  const from = got.commit ? `commit ${got.commit.slice(0, 12)}, ` : "";
  const message = `Fetched ${from}release ${release.hash.slice(0, 12)}${signedBy(got.signature)}.`;
  state.setCondition({ type: "Fetched", status: "true", reason: "Fetched", message });
}

function signedBy(signature: ReleaseSignature | undefined): string {
  if (!signature) return "";
  const { key, signer = key, trusted } = signature;
  return `, signed by ${signer}${trusted ? "" : ", a key that is not trusted here"}`;
}

/** A source that is pinned to a release runs that or nothing. */
function refuseOtherRelease(wanted: string | undefined, got: string, commit: string | undefined): void {
  if (wanted === undefined || wanted === got) return;
  const what =
    commit === undefined ? "its source gives" : `its source gives, at commit ${commit.slice(0, 12)},`;
  throw new NoxusError(
    "plugin_release_missing",
    `The plugin is pinned to the release ${wanted.slice(0, 12)}, which is not on this server, and ${what} ${got.slice(0, 12)}. Update the plugin to run what its source gives now.`,
    { data: { wanted, got } },
  );
}

/** Reads what the release is from its files, takes its name, and makes its environment. */
export async function prepareStep(context: StepContext): Promise<void> {
  const { state, desired, wanted, parts, save, signal } = context;
  state.setCondition({
    type: "EnvironmentReady",
    status: "unknown",
    reason: "Preparing",
    message: "The plugin's files are being read.",
  });
  state.beginPhase("environment");
  const release = await releaseOf(context);
  const engine = await engineFor(release, parts.engines);
  const facts = await engine.inspect(release, desired.settings);
  takeName(context, facts.name);
  const environment = await engine.prepare(release, facts, {
    onProgress: (message) =>
      state.setCondition({ type: "EnvironmentReady", status: "unknown", reason: "Preparing", message }),
    signal,
  });
  state.record.prepared = {
    release: release.hash,
    environment: environment.key,
    settingsKey: wanted.settingsKey,
    facts,
    prepared: environment,
    engine: engine.name,
  };
  await save();
  state.endPhase("environment", { reused: environment.reused });
  tellEnvironment(context, facts, environment);
}

/** The plugin's name is its from now on; a running manifest that says another one moves it. */
export function takeName({ state, names }: Pick<StepContext, "state" | "names">, name: string): void {
  names.take(name, state.id);
  if (state.record.name === name) return;
  state.record.name = name;
  state.record.namedAt = new Date().toISOString();
}

function tellEnvironment({ state }: StepContext, { sdk }: PluginFacts, environment: Environment): void {
  const { python, node, sdkRelease } = environment;
  const interpreter = node ? `Node ${node}` : python ? `Python ${python}` : "Nothing to make";
  const message = `${interpreter}, SDK ${sdkRelease}: ${sdk.reason}`;
  state.setCondition({ type: "EnvironmentReady", status: "true", reason: "Ready", message });
}

async function releaseOf({ state, parts }: StepContext): Promise<Release> {
  const hash = state.record.fetched?.release ?? "";
  const release = await parts.releases.get(hash);
  if (!release) throw new NoxusError("internal", `The release ${hash} is not on disk any more.`);
  return release;
}

async function engineFor(release: Release, engines: readonly Engine[]): Promise<Engine> {
  for (const engine of engines) if (await engine.accepts(release)) return engine;
  const known = engines.map(({ name }) => name).join(", ");
  throw new NoxusError(
    "plugin_project_missing",
    `The plugin's folder has neither pyproject.toml nor package.json. They are what the engines here (${known}) look for; check the source's \`path\`.`,
  );
}

async function inTemporaryFolder<T>(parent: string, work: (folder: string) => Promise<T>): Promise<T> {
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(join(parent, "fetch-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
