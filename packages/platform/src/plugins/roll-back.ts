import { type KeptRelease, NoxusError, type Source, withoutPins } from "@noxus/contracts";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { type PluginRow, readSource } from "./plugin-row.ts";
import { readStates, speakerOf } from "./plugin-view.ts";

/**
 * The source that leads back: to the release named by `wanted` (or its beginning), else to the one before the present one.
 *
 * @throws NoxusError `plugin_release_missing`, `conflict` where it runs already.
 */
export async function sourceBefore(
  row: PluginRow,
  { database, environment, keyring }: PlatformDependencies,
  wanted?: string,
): Promise<Source> {
  const states = await readStates(database.db, [row.id], environment.NOXUS_SERVER_STALE_MS);
  const releases = speakerOf(states.get(row.id) ?? [])?.report.releases ?? [];
  const target = wanted === undefined ? releaseBefore(releases) : releaseNamed(releases, wanted);
  if (!target) throw missing(row, releases, wanted);
  const { source } = row;
  if (target.state === "current" && source.release === target.release) throw runsAlready(row, target);
  return pinnedTo(target, readSource(row, keyring));
}

/** The row's source, free of pins, or pinned to what is named. @throws NoxusError `invalid_request` */
export function newestSource(
  row: PluginRow,
  { keyring }: PlatformDependencies,
  { commit, version }: { commit?: string | undefined; version?: string | undefined },
): Source {
  const source = withoutPins(readSource(row, keyring));
  const { type } = source;
  if (type === "upload") throw noUpdate("An uploaded package has nothing newer. Install the new package");
  if (commit !== undefined && type !== "git") throw noUpdate(`A ${type} source has no commits. Leave it out`);
  if (version !== undefined && type !== "marketplace")
    throw noUpdate(`A ${type} source has no versions. Leave it out`);
  if (type === "git") return { ...source, ...(commit !== undefined && { commit }) };
  return type === "marketplace" ? { ...source, ...(version !== undefined && { version }) } : source;
}

function noUpdate(problem: string): NoxusError {
  return new NoxusError("invalid_request", `${problem}, or change the source (PATCH /v1/plugins/{id}).`);
}

/** An update that is not ready yet is given up; else the one that ran before the present one comes back. */
function releaseBefore(releases: readonly KeptRelease[]): KeptRelease | undefined {
  const isUpdating = releases.some(({ state }) => state === "next");
  return releases.find(({ state }) => state === (isUpdating ? "current" : "kept"));
}

function releaseNamed(releases: readonly KeptRelease[], wanted: string): KeptRelease | undefined {
  const [one, ...others] = releases.filter(
    ({ release, state }) => state !== "next" && release.startsWith(wanted),
  );
  return others.length === 0 ? one : undefined;
}

/** Where it came from, by its commit or version too: a server that does not have it on disk can fetch it. */
function pinnedTo(target: KeptRelease, now: Source): Source {
  const source = { ...withSecretsOf(now, target.source ?? withoutPins(now)), release: target.release };
  if (source.type === "git" && target.commit !== undefined) return { ...source, commit: target.commit };
  if (source.type === "marketplace" && target.version !== undefined)
    return { ...source, version: target.version };
  return source;
}

/** Reports hold no credentials; those of today are good for the same repository only. */
function withSecretsOf(now: Source, then: Source): Source {
  if (now.type === "marketplace" && then.type === "marketplace") return { ...then, ...addressOf(now, then) };
  if (now.type === "remote" && then.type === "remote")
    return { ...then, ...(now.endpoint === then.endpoint && now.key !== undefined && { key: now.key }) };
  if (now.type !== "git" || then.type !== "git") return then;
  if (bare(now.repo_url) !== bare(then.repo_url)) return then;
  const { token, username, password } = now;
  return {
    ...then,
    repo_url: now.repo_url,
    ...(token !== undefined && { token }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
  };
}

function addressOf(now: { repo_url?: string | undefined }, then: { repo_url?: string | undefined }) {
  return now.repo_url !== undefined && bare(now.repo_url) === bare(then.repo_url ?? "")
    ? { repo_url: now.repo_url }
    : {};
}

/** An address without the credentials that it may carry. */
function bare(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1");
}

function missing({ name, source }: PluginRow, releases: readonly KeptRelease[], wanted?: string): NoxusError {
  const there = releases.filter(({ state }) => state !== "next").map(({ release }) => release.slice(0, 12));
  const what =
    wanted === undefined
      ? "has no earlier release"
      : `has not exactly one release that begins with ${wanted}`;
  const list = there.length > 0 ? `It has: ${there.join(", ")}.` : "It has none at all.";
  return new NoxusError(
    "plugin_release_missing",
    `The plugin "${name}" ${what} on its plugin server. ${list} PLUGIN_SERVER_KEEP_RELEASES says how many earlier ones a server keeps.${otherWay(name, source)}`,
    { data: { releases: there } },
  );
}

/** How to get one that no server keeps. */
function otherWay(name: string, { type }: Source): string {
  if (type !== "git" && type !== "marketplace") return "";
  const named = type === "git" ? "--commit <hash>" : "--version <version>";
  return ` Any other can be fetched: \`noxus plugin update ${name} ${named}\`.`;
}

function runsAlready({ name }: PluginRow, { release }: KeptRelease): NoxusError {
  return new NoxusError(
    "conflict",
    `The plugin "${name}" is pinned to the release ${release.slice(0, 12)} already.`,
  );
}
