import { NoxusError, type SdkChoice } from "@noxus/contracts";
import { filter, valid, validRange } from "@renovatebot/pep440";
import {
  allReleases,
  brokenReleases,
  hasWorker,
  isNewer,
  knownReleases,
  modulesWith,
  newestFirst,
  newestRelease,
  type ReleaseSet,
  releasesWith,
  releasesWithAttribute,
  setOf,
} from "./sdk-releases.ts";
import type { Candidate } from "./source-scan.ts";

export const sdkPackage = "noxus-sdk";

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

interface Needs {
  /** The declared specifier, "" where there is none. */
  declared: string;
  /** Releases that the declared specifier allows. */
  allowed: ReleaseSet;
  /** Releases that have every name that must be there. */
  named: ReleaseSet;
  /** Releases that know the class attributes that the plugin sets. */
  marked: ReleaseSet;
  /** Each name that must be there and is not everywhere, with the releases that have it. */
  deciding: { name: string; where: string; releases: ReleaseSet }[];
  attributes: string[];
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

function lockedReason(release: string): string {
  return `uv.lock names ${release}, and it has all that the plugin imports.`;
}

/** A lock is often older than what the plugin imports since: frozen, the plugin would not load. */
function whyNotLocked(locked: string | undefined, { deciding, attributes }: Needs): string {
  if (locked === undefined) return "";
  const without = setOf([locked]);
  const missing = deciding.filter(({ releases }) => !(releases & without)).map(({ name }) => lastPart(name));
  const lacks = missing.length > 0 ? missing : attributes;
  const why =
    without === 0 ? "is not known here" : lacks.length > 0 ? `lacks ${listed(lacks)}` : "is not allowed";
  return ` uv.lock names ${locked}, which ${why}.`;
}

function reasonFor(release: string, { declared, deciding, attributes }: Needs): string {
  const newer = setOf(knownReleases.slice(knownReleases.indexOf(release) + 1));
  const against = deciding.filter(({ releases }) => (releases & newer) !== newer).map(({ name }) => name);
  const older = setOf(knownReleases.slice(0, knownReleases.indexOf(release)));
  const needs = deciding.filter(({ releases }) => (releases & older) !== older).map(({ name }) => name);
  const names = (release === newestRelease ? [...needs, ...attributes] : [...against, ...needs]).map(
    lastPart,
  );
  const allowed = declared === "" ? "" : ` that ${sdkPackage}${declared} allows`;
  if (names.length === 0) return `The newest release${allowed}; the plugin's imports rule out none.`;
  const and = allowed === "" ? " that" : " and that";
  return `The newest release${allowed}${and} has all that the plugin imports, such as ${listed(names)}.`;
}

function excludedByDeclaration({ declared, named, deciding }: Needs): string {
  const [best] = newestFirst(named);
  const names = deciding.map(({ name }) => lastPart(name));
  const why =
    names.length > 0
      ? `has what the plugin imports (${listed(names)})`
      : "loads a plugin (0.5.0 and 0.5.2 do not)";
  return `The plugin declares ${sdkPackage}${declared}, but no release in that range ${why}; ${best} is used instead.`;
}

function ineffectiveAttributes(release: string, { attributes }: Needs): string {
  return `${sdkPackage} ${release} does not know ${listed(attributes)}, which the plugin sets; this has no effect there.`;
}

function unknownRelease({ deciding }: Needs): NoxusError {
  const nowhere = deciding.filter(({ releases }) => releases === 0);
  const message =
    nowhere.length > 0
      ? `No published release of ${sdkPackage} has ${nowhere.map(nameAndHint).join(", ")}. Correct the import, or guard it with try/except ImportError.`
      : `No single release of ${sdkPackage} has all that the plugin imports: ${deciding.map(whereFound).join("; ")}.`;
  return new NoxusError("sdk_release_unknown", message, {
    data: { names: (nowhere.length > 0 ? nowhere : deciding).map(({ name }) => name) },
  });
}

function nameAndHint({ name, where }: Needs["deciding"][number]): string {
  const [module] = modulesWith(lastPart(name));
  return `${name} (${where}${module ? `; ${module} has a ${lastPart(name)}` : ""})`;
}

function whereFound({ name, where, releases }: Needs["deciding"][number]): string {
  return `${name} (${where}) is in ${newestFirst(releases).reverse().join(", ")}`;
}

function lastPart(name: string): string {
  return name.split(".").at(-1) ?? name;
}

/** At most four names, and how many more. */
function listed(names: string[]): string {
  const unique = [...new Set(names)];
  const shown = unique.slice(0, 4).join(", ");
  return unique.length > 4 ? `${shown} and ${unique.length - 4} more` : shown;
}
