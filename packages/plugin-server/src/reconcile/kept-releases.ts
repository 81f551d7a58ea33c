import type { KeptRelease } from "@noxus/contracts";
import { sameBuild } from "./plan.ts";
import type { Built, Origin, PluginRecord } from "./plugin-record.ts";

/** Remembers where a release came from; what is known of releases that are not kept any more is forgotten. */
export function noteOrigin(record: PluginRecord, release: string, origin: Origin): void {
  record.origins = { ...namedOrigins(record), [release]: origin };
}

/** A build is ready: what was ready before stays for the way back, `keep` releases of it at most. */
export function rememberGood(record: PluginRecord, built: Built, keep: number): void {
  const { good, earlier } = record;
  if (good && sameBuild(good, built)) return;
  const left = good ? [good, ...earlier] : earlier;
  const others = left.filter(({ release }) => release !== built.release);
  record.earlier = others
    .filter(({ release }, place) => others.findIndex((one) => one.release === release) === place)
    .slice(0, keep);
  record.good = built;
  record.origins = namedOrigins(record);
}

/** The build of a release that ran and is still on disk. */
export function keptBuild({ good, earlier }: PluginRecord, release: string): Built | undefined {
  return [good, ...earlier].find((built) => built?.release === release);
}

/** Releases that could run again without being fetched. */
export function runnableReleases({ good, earlier }: PluginRecord): string[] {
  return [...(good ? [good] : []), ...earlier].map(({ release }) => release);
}

/** What is on disk of a plugin, newest first, for reports. */
export function keptReleases(record: PluginRecord): KeptRelease[] {
  const { fetched, prepared, good, earlier } = record;
  const isNext = fetched && fetched.release !== good?.release;
  const next = prepared?.release === fetched?.release ? prepared : undefined;
  return [
    ...(isNext ? [describe(record, fetched.release, "next", next)] : []),
    ...(good ? [describe(record, good.release, "current", good)] : []),
    ...earlier
      .filter(({ release }) => release !== fetched?.release)
      .map((built) => describe(record, built.release, "kept", built)),
  ];
}

function describe(
  { origins }: PluginRecord,
  release: string,
  state: KeptRelease["state"],
  built: Built | undefined,
): KeptRelease {
  const origin = origins[release];
  return {
    release,
    state,
    ...(built && { version: built.facts.version }),
    ...(origin && { source: origin.source, bytes: origin.bytes, fetchedAt: origin.at }),
    ...(origin?.commit !== undefined && { commit: origin.commit }),
    ...(origin?.signature && { signature: origin.signature }),
  };
}

function namedOrigins({ fetched, prepared, good, earlier, origins }: PluginRecord): PluginRecord["origins"] {
  const named = [fetched, prepared, good, ...earlier].map((one) => one?.release);
  return Object.fromEntries(Object.entries(origins).filter(([release]) => named.includes(release)));
}
