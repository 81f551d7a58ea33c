import { NoxusError, type ReleaseSignature } from "@noxus/contracts";
import { plainName } from "../sources/nearest.ts";
import type { PluginFolder } from "./plugin-folders.ts";
import type { KnownMarketplace, TrustedKey } from "./policy.ts";
import { assertSignedBy, invalidSignature } from "./signed-content.ts";
import { findPublished, indexPath, type PublishedVersion, parseIndex } from "./version-index.ts";

/** A version of a plugin as its marketplace offers it. */
export interface Offer {
  /** As the index says; as the plugin's own files do where there is none. */
  name: string;
  version: string | undefined;
  /** What the index has of this version. */
  published: PublishedVersion | undefined;
}

/** What a marketplace says of a plugin's version. @throws NoxusError marketplace_index_invalid */
export function offerOf(
  { name, folder, index }: Pick<PluginFolder, "name" | "folder" | "index">,
  version: string | undefined,
): Offer {
  const parsed = index === undefined ? undefined : parseIndex(index, indexPath(folder));
  return { name: parsed?.name ?? name, version, published: findPublished(parsed, version) };
}

/**
 * Holds what a marketplace offers against the operator's policy, without its files.
 *
 * @returns who signed it, where somebody did
 * @throws NoxusError signature_invalid, signature_missing, signature_untrusted
 */
export function checkOffer(
  { name, version, published }: Offer,
  { signatures, keys }: Pick<KnownMarketplace, "signatures" | "keys">,
): ReleaseSignature | undefined {
  const isRequired = signatures === "required";
  if (!published?.signature) {
    if (isRequired) throw missing(name, version, published !== undefined);
    return undefined;
  }
  const { key } = published.signature;
  assertSignedBy({ name, version: published.version, release: published.release }, published.signature);
  const trusted = keys.find((one) => one.key === key);
  if (isRequired && !trusted) throw untrusted(name, published.version, key, keys);
  const signer = trusted?.name;
  return { key, trusted: trusted !== undefined, ...(signer !== undefined && { signer }) };
}

/** @throws NoxusError marketplace_content_changed where the files are others than those that were published */
export function assertSameContent({ name, published }: Offer, release: string, commit: string): void {
  if (published === undefined || published.release === release) return;
  throw new NoxusError(
    "marketplace_content_changed",
    `${name} ${published.version} was published as the release ${published.release.slice(0, 12)}, and at commit ${commit.slice(0, 12)} its files are ${release.slice(0, 12)}: they were changed without a new version. Its author can publish them as another version; do not install it before you know who changed them.`,
    { data: { published: published.release, got: release, commit } },
  );
}

/** A folder of another name could hold another plugin that a trusted key has signed. */
export function assertAskedFor(
  asked: string,
  { name }: Offer,
  { signatures }: Pick<KnownMarketplace, "signatures">,
): void {
  if (signatures === "optional" || plainName(asked) === plainName(name)) return;
  throw invalidSignature(
    `It was made for the plugin ${JSON.stringify(name)}, and asked for is ${JSON.stringify(asked)}. If that is the one you mean, ask for it by this name`,
  );
}

function missing(name: string, version: string | undefined, isPublished: boolean): NoxusError {
  const which = version === undefined ? name : `${name} ${version}`;
  const why = isPublished
    ? "it was published without a signature"
    : "the marketplace's index does not have it";
  return new NoxusError(
    "signature_missing",
    `${which} is not signed (${why}), and this plugin server takes from its marketplace only what is signed by a key that its operator trusts. \`noxus plugin publish --key\` publishes a version with a signature.`,
    { data: { name, version } },
  );
}

function untrusted(name: string, version: string, key: string, keys: readonly TrustedKey[]): NoxusError {
  const trusted = keys.map(({ key, name }) => (name === undefined ? key : `${name} (${key})`));
  return new NoxusError(
    "signature_untrusted",
    `${name} ${version} is signed by ${key}; of this marketplace trusted are: ${trusted.join(", ")}. If the key is its author's, the plugin server's operator can add it to the file of marketplaces.`,
    { data: { key } },
  );
}
