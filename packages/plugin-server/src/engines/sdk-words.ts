import { NoxusError } from "@noxus/contracts";
import {
  knownReleases,
  modulesWith,
  newestFirst,
  newestRelease,
  type ReleaseSet,
  setOf,
} from "./sdk-releases.ts";

export const sdkPackage = "noxus-sdk";

/** What a plugin needs of the SDK, as sets of releases. */
export interface Needs {
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

/** Why the locked release was chosen. */
export function lockedReason(release: string): string {
  return `uv.lock names ${release}, and it has all that the plugin imports.`;
}

/** A lock is often older than what the plugin imports since: frozen, the plugin would not load. */
export function whyNotLocked(locked: string | undefined, { deciding, attributes }: Needs): string {
  if (locked === undefined) return "";
  const without = setOf([locked]);
  const missing = deciding.filter(({ releases }) => !(releases & without)).map(({ name }) => lastPart(name));
  const lacks = missing.length > 0 ? missing : attributes;
  const why =
    without === 0 ? "is not known here" : lacks.length > 0 ? `lacks ${listed(lacks)}` : "is not allowed";
  return ` uv.lock names ${locked}, which ${why}.`;
}

/** Why the newest that fits was chosen, naming what decided. */
export function reasonFor(release: string, { declared, deciding, attributes }: Needs): string {
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
  return `The newest release${allowed}${and} has all that the plugin uses, such as ${listed(names)}.`;
}

/** The plugin's declaration and its imports contradict each other. */
export function excludedByDeclaration({ declared, named, deciding }: Needs): string {
  const [best] = newestFirst(named);
  const names = deciding.map(({ name }) => lastPart(name));
  const why =
    names.length > 0
      ? `has what the plugin imports (${listed(names)})`
      : "loads a plugin (0.5.0 and 0.5.2 do not)";
  return `The plugin declares ${sdkPackage}${declared}, but no release in that range ${why}; ${best} is used instead.`;
}

/** The plugin sets class attributes that the chosen release ignores. */
export function ineffectiveAttributes(release: string, { attributes }: Needs): string {
  return `${sdkPackage} ${release} does not know ${listed(attributes)}, which the plugin sets; this has no effect there.`;
}

/** No release has what the plugin imports: which names nobody has, or who has which. */
export function unknownRelease({ deciding }: Needs): NoxusError {
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
