import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { NoxusError, type SdkChoice } from "@noxus/contracts";
import { satisfies, validRange } from "semver";
import { dependencyKinds, type PackageFile } from "./package-file.ts";
import { type PackageLock, parseNpmLock } from "./package-lock.ts";

export const sdkPackage = "@noxus/sdk";

/** The SDK that comes with this plugin server. */
export interface OwnSdk {
  folder: string;
  version: string;
}

/** The copy that Node finds from here: a workspace in the repository, a dependency where the server was installed. */
export function ownSdk(): OwnSdk {
  const file = createRequire(import.meta.url).resolve(`${sdkPackage}/package.json`);
  const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
  return { folder: dirname(file), version };
}

export interface SdkSupply extends SdkChoice {
  /** Our own is linked into the environment; else the plugin's dependencies bring one. */
  own: boolean;
}

/**
 * Decides where a plugin's SDK comes from. What its lockfile pins is taken from there. Where it pins none, the plugin
 * gets our own: it speaks the newest protocol, and is there without a registry.
 * @throws NoxusError sdk_release_unknown
 */
export function chooseSdkSupply(
  packageFile: PackageFile,
  lock: PackageLock | undefined,
  own: OwnSdk,
): SdkSupply {
  const range = declaredRange(packageFile);
  const pinned = lock && pinnedIn(lock);
  if (pinned) return { own: false, release: pinned, reason: `${lock.file} pins it`, warnings: [] };
  if (range !== undefined && validRange(range) === null && !/^(workspace|link|portal):/.test(range))
    return { own: false, release: range, reason: "package.json names where it comes from", warnings: [] };
  const plain = range === undefined || validRange(range) === null ? "*" : range;
  if (!satisfies(own.version, plain, { includePrerelease: true })) throw unknownRelease(plain, own);
  const reason = range === undefined ? "package.json names none" : `it fits package.json's "${range}"`;
  return {
    own: true,
    release: own.version,
    reason: `comes with the plugin server, and ${reason}`,
    warnings: [],
  };
}

/** A range that our own SDK does not fit is the registry's to serve, which needs a lockfile to be the same tomorrow. */
function unknownRelease(range: string, own: OwnSdk): NoxusError {
  return new NoxusError(
    "sdk_release_unknown",
    `package.json asks for ${sdkPackage} ${range}; this plugin server brings ${own.version}. Let the range allow it, or commit a lockfile that pins the release that is meant.`,
    { data: { range, own: own.version } },
  );
}

function declaredRange(packageFile: PackageFile): string | undefined {
  for (const kind of dependencyKinds) {
    const range = packageFile[kind][sdkPackage];
    if (range !== undefined) return range;
  }
  return undefined;
}

/** The version that the lockfile would install; undefined where it has none, or only a link to a folder. */
function pinnedIn(lock: PackageLock): string | undefined {
  if (lock.manager === "npm") {
    const entry = parseNpmLock(lock).packages[`node_modules/${sdkPackage}`];
    // What is for development alone is not installed.
    return entry && !entry.link && !entry.dev ? entry.version : undefined;
  }
  const pnpm = /^ {2,}'?\/?@noxus\/sdk@([0-9][^:('\s]*)/m.exec(lock.text)?.[1];
  const yarn = /^"?@noxus\/sdk@[^\n]*:\n(?: {2}.*\n)*? {2}version:? "?([0-9][^"\n]*)/m.exec(lock.text)?.[1];
  return pnpm ?? yarn;
}
