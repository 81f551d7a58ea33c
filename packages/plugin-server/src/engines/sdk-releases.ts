import { compare } from "@renovatebot/pep440";
import { sdkTable } from "./sdk-table.ts";

/**
 * What is known of the published SDK releases: which names each exports. A set of releases is a bit mask, one bit a
 * release, oldest first, as the table has it.
 */
export type ReleaseSet = number;

/** Releases that load a plugin at all, oldest first. */
export const knownReleases: readonly string[] = sdkTable.releases;
export const allReleases: ReleaseSet = 2 ** knownReleases.length - 1;
export const newestRelease: string = knownReleases.at(-1) ?? "";

/** Published without a module of their own → the module that is missing. */
export const brokenReleases: Readonly<Record<string, string>> = sdkTable.broken;

const modules = new Map(
  Object.entries(sdkTable.modules).map(([module, { in: releases, names }]) => [
    module,
    { releases: releases as ReleaseSet, names: decode(names) },
  ]),
);
const attributes = decode(sdkTable.attributes);

function decode(groups: Record<string, string>): Map<string, ReleaseSet> {
  return new Map(
    Object.entries(groups).flatMap(([mask, names]) =>
      names.split(" ").map((name) => [name, Number(mask)] as const),
    ),
  );
}

/** The releases in which `from <module> import <name>` works (`import <module>` where no name is given). */
export function releasesWith(module: string, name: string | null): ReleaseSet {
  const found = modules.get(module);
  if (name === null || name === "*") return found?.releases ?? 0;
  return (found?.names.get(name) ?? 0) | (modules.get(`${module}.${name}`)?.releases ?? 0);
}

/** The modules that export a name in any release. */
export function modulesWith(name: string): string[] {
  return [...modules].filter(([, { names }]) => names.has(name)).map(([module]) => module);
}

/** The releases in which a class attribute of `BasePlugin` and the like means something; all where it is not known. */
export function releasesWithAttribute(base: string, name: string): ReleaseSet {
  return attributes.get(`${base}.${name}`) ?? allReleases;
}

/** The releases of a set, newest first. */
export function newestFirst(releases: ReleaseSet): string[] {
  return knownReleases.filter((_, bit) => releases & (1 << bit)).reverse();
}

export function setOf(releases: Iterable<string>): ReleaseSet {
  let set = 0;
  for (const release of releases) {
    const bit = knownReleases.indexOf(release);
    if (bit >= 0) set |= 1 << bit;
  }
  return set;
}

/** Whether a release has the stdio worker; one that is newer than all known is taken to have it. */
export function hasWorker(release: string): boolean {
  if (isNewer(release)) return true;
  return (setOf([release]) & sdkTable.worker) !== 0;
}

/** Whether a version is newer than every release in the table. */
export function isNewer(version: string): boolean {
  return compare(version, newestRelease) > 0;
}
