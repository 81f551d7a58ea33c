import { NoxusError, type SdkChoice } from "@noxus/contracts";
import { filter, valid, validRange } from "@renovatebot/pep440";
import {
  allReleases,
  brokenReleases,
  hasWorker,
  isNewer,
  knownReleases,
  newestFirst,
  newestRelease,
  type ReleaseSet,
  releasesWith,
  releasesWithAttribute,
  setOf,
} from "./sdk-releases.ts";
import {
  excludedByDeclaration,
  ineffectiveAttributes,
  lockedReason,
  type Needs,
  reasonFor,
  sdkPackage,
  unknownRelease,
  whyNotLocked,
} from "./sdk-words.ts";
import type { Candidate } from "./source-scan.ts";

/** The release of the Python SDK for one plugin, and what to tell the resolver. */
export interface ChosenSdk extends SdkChoice {
  /** For the resolver, e.g. `noxus-sdk>=0.6.0,<0.7`: a patch release newer than the table is welcome. */
  requirement: string;
  /** Whether the release has the stdio worker. */
  worker: boolean;
  /** Older releases that have all that is imported, newest first: for a conflict with other dependencies. */
  fallbacks: string[];
}

export interface SdkChoiceInput {
  /** `project.dependencies`. */
  dependencies: string[];
  imports: Candidate["imports"];
  attributes: Candidate["attributes"];
  /** The SDK release that uv.lock names: a preference, no more. */
  lockedRelease?: string | undefined;
  /** The operator's choice. */
  override?: string | undefined;
}

/**
 * Chooses the SDK release from what the plugin declares and imports, without running it.
 * @throws NoxusError sdk_release_unknown, sdk_release_broken
 */
export function chooseSdk(input: SdkChoiceInput): ChosenSdk {
  const needs = readNeeds(input);
  if (input.override !== undefined) return overridden(input.override, needs);
  if (wantsNewer(needs.declared)) return newerThanKnown(needs.declared);
  if (needs.named === 0) throw unknownRelease(needs);
  const fitting = needs.named & needs.allowed;
  const warnings = fitting === 0 ? [excludedByDeclaration(needs)] : [];
  return pick(fitting || needs.named, needs, warnings, input.lockedRelease);
}

function readNeeds({ dependencies, imports, attributes }: SdkChoiceInput): Needs {
  const declared = declaredSpecifier(dependencies);
  const deciding = decidingNames(imports);
  const marks = attributes.filter(({ base, name }) => releasesWithAttribute(base, name) !== allReleases);
  return {
    declared,
    allowed: declared === "" ? allReleases : setOf(filter([...knownReleases], declared)),
    named: deciding.reduce((set, { releases }) => set & releases, allReleases),
    marked: marks.reduce((set, { base, name }) => set & releasesWithAttribute(base, name), allReleases),
    deciding,
    attributes: [...new Set(marks.map(({ name }) => name))],
  };
}

function decidingNames(imports: Candidate["imports"]): Needs["deciding"] {
  const found = new Map<string, Needs["deciding"][number]>();
  for (const { module, name, optional, file, line } of imports) {
    const releases = releasesWith(module, name);
    if (optional || releases === allReleases) continue;
    const full = name === null || name === "*" ? module : `${module}.${name}`;
    if (!found.has(full)) found.set(full, { name: full, where: `${file}:${line}`, releases });
  }
  return [...found.values()];
}

/** The version specifier that the plugin declares for the SDK; "" where there is none, or a URL. */
export function declaredSpecifier(dependencies: string[]): string {
  for (const dependency of dependencies) {
    const match = /^\s*noxus[-_.]+sdk\s*(?:\[[^\]]*\])?\s*([^;]*)/i.exec(dependency);
    if (!match) continue;
    const specifier = (match[1] ?? "").trim().replace(/^\((.*)\)$/, "$1");
    return validRange(specifier) ? specifier : "";
  }
  return "";
}

function wantsNewer(declared: string): boolean {
  if (declared === "" || filter([...knownReleases], declared).length > 0) return false;
  return newerVersion(declared) !== undefined;
}

/** The version newer than all known that a specifier asks for. */
function newerVersion(specifier: string): string | undefined {
  return Array.from(specifier.matchAll(/(?:===?|~=|>=?)\s*([^,\s]+)/g), ([, version]) =>
    (version ?? "").replace(".*", ""),
  ).find((version) => valid(version) !== null && isNewer(version));
}

function newerThanKnown(declared: string): ChosenSdk {
  return {
    release: newerVersion(declared) ?? newestRelease,
    reason: `The plugin declares ${sdkPackage}${declared}, which is newer than ${newestRelease}.`,
    warnings: [
      `What the plugin imports was not checked: releases after ${newestRelease} are not known here yet.`,
    ],
    requirement: `${sdkPackage}${declared}`,
    worker: true,
    fallbacks: [],
  };
}

function overridden(release: string, needs: Needs): ChosenSdk {
  refuseBroken(release);
  const newer = valid(release) !== null && isNewer(release);
  if (!knownReleases.includes(release) && !newer) {
    throw new NoxusError(
      "sdk_release_unknown",
      `The setting asks for release ${release} of ${sdkPackage}, and there is none. There are: ${knownReleases.join(", ")}.`,
      { data: { releases: knownReleases } },
    );
  }
  const missing = newer ? [] : needs.deciding.filter(({ releases }) => !(releases & setOf([release])));
  return {
    release,
    reason: "The plugin's settings say so.",
    warnings: missing.map(({ name, where }) => `${sdkPackage} ${release} has no ${name} (${where}).`),
    requirement: `${sdkPackage}==${release}`,
    worker: hasWorker(release),
    fallbacks: [],
  };
}

function refuseBroken(release: string): void {
  const missing = brokenReleases[release];
  if (missing === undefined) return;
  throw new NoxusError(
    "sdk_release_broken",
    `Release ${release} of ${sdkPackage} was published without its module ${missing}: no plugin loads with it. Take another, or leave the choice to the server.`,
    { data: { release, missing } },
  );
}

function pick(from: ReleaseSet, needs: Needs, warnings: string[], lockedRelease?: string): ChosenSdk {
  const marked = from & needs.marked;
  const wanted = newestFirst(marked || from);
  const locked = wanted.find((release) => release === lockedRelease);
  const release = locked ?? wanted[0] ?? newestRelease;
  return {
    release,
    reason: locked
      ? lockedReason(release)
      : `${reasonFor(release, needs)}${whyNotLocked(lockedRelease, needs)}`,
    warnings: marked === 0 ? [...warnings, ineffectiveAttributes(release, needs)] : warnings,
    requirement: requirementFor(release, needs, warnings.length === 0 && !locked),
    worker: hasWorker(release),
    fallbacks: newestFirst(from).filter(
      (other) => knownReleases.indexOf(other) < knownReleases.indexOf(release),
    ),
  };
}

/** The newest release is asked for with its later patches; they keep what it has. */
function requirementFor(release: string, { declared }: Needs, open: boolean): string {
  if (release !== newestRelease || !open) return `${sdkPackage}==${release}`;
  const [major, minor] = release.split(".").map(Number);
  const bounds = `>=${release},<${major}.${(minor ?? 0) + 1}`;
  return `${sdkPackage}${declared === "" ? bounds : `${bounds},${declared}`}`;
}
