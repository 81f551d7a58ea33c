import { readFile } from "node:fs/promises";
import {
  DEFAULT_MARKETPLACE_URL,
  type MarketplaceRecord,
  type Marketplaces,
  NoxusError,
  type Source,
} from "@noxus/contracts";
import { parse } from "yaml";
import { z } from "zod";
import { isPublicKey } from "./public-key.ts";

const keyText = z
  .string()
  .trim()
  .refine(isPublicKey, "must be a public key as `noxus plugin sign` prints it: ed25519: and 43 characters");

/** A public key, and whose it is. */
export interface TrustedKey {
  key: string;
  name?: string | undefined;
}
const trustedKeySchema: z.ZodType<TrustedKey> = z.union([
  keyText.transform((key) => ({ key })),
  z.strictObject({ key: keyText, name: z.string().min(1).optional() }),
]);

const knownMarketplaceSchema = z
  .strictObject({
    repo_url: z.string().min(1),
    /** For people. */
    name: z.string().min(1).optional(),
    branch: z.string().min(1).default("main"),
    token: z.string().optional(),
    username: z.string().optional(),
    password: z.string().optional(),
    signatures: z.enum(["optional", "required"]).default("optional"),
    keys: z.array(trustedKeySchema).default([]),
  })
  .refine(({ signatures, keys }) => signatures === "optional" || keys.length > 0, {
    path: ["keys"],
    message: "must name at least one key where signatures are required",
  });

/** A marketplace that this server knows, with its credentials and whom it trusts there. */
export type KnownMarketplace = z.infer<typeof knownMarketplaceSchema>;

/**
 * The operator's file of marketplaces:
 *
 *     marketplaces:                       # the first is meant where a source names none
 *       - repo_url: https://git.example/team/marketplace.git
 *         name: The team's
 *         signatures: required            # only what one of these keys has signed; `optional` by default
 *         keys:
 *           - { key: "ed25519:…", name: Ann }
 *       - repo_url: https://git.example/everyone/marketplace.git
 *         branch: stable
 *     others: refused                     # marketplaces that are not listed; `allowed` by default
 *     other_sources: refused              # Git, uploads, folders, endpoints; `allowed` by default
 */
const policySchema = z.strictObject({
  marketplaces: z.array(knownMarketplaceSchema).min(1, "must name at least one marketplace"),
  others: z.enum(["allowed", "refused"]).default("allowed"),
  other_sources: z.enum(["allowed", "refused"]).default("allowed"),
});
export type MarketplacePolicy = z.infer<typeof policySchema>;

/** The policy without a file: one marketplace, of which anything may be installed, as of any other. */
export function openPolicy(repo_url = DEFAULT_MARKETPLACE_URL, branch = "main"): MarketplacePolicy {
  return policySchema.parse({ marketplaces: [{ repo_url, branch }] });
}

/** @throws NoxusError `configuration_invalid`, each problem with its path */
export async function readPolicy(file: string): Promise<MarketplacePolicy> {
  let value: unknown;
  try {
    value = parse(await readFile(file, "utf8"));
  } catch (cause) {
    // The parser goes on with the lines themselves, and one of them may be a password.
    throw unusable(file, (cause as Error).message.split("\n")[0] ?? "", { cause });
  }
  const parsed = policySchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  const list = fields.map(({ path, message }) => `${path}: ${message}`).join("; ");
  throw unusable(file, list, { fields, cause: parsed.error });
}

function unusable(
  file: string,
  problem: string,
  more: { cause: unknown; fields?: { path: string; message: string }[] },
): NoxusError {
  return new NoxusError(
    "configuration_invalid",
    `The file of marketplaces ${file} cannot be used, and without it none is trusted: ${problem}`,
    more,
  );
}

/** @throws NoxusError `source_not_allowed` for what comes from no marketplace, where the policy refuses that */
export function assertAllowed({ other_sources }: MarketplacePolicy, { type }: Pick<Source, "type">): void {
  if (type === "marketplace" || other_sources === "allowed") return;
  throw new NoxusError(
    "source_not_allowed",
    `This plugin server takes plugins only from marketplaces, and this source is of the type ${type}. Publish the plugin to one of them (\`noxus plugin publish\`), or ask the server's operator.`,
    { data: { type } },
  );
}

/**
 * The marketplace that a source means, with what the policy says of it.
 *
 * @throws NoxusError `marketplace_not_allowed`
 */
export function marketplaceOf(
  { marketplaces, others }: MarketplacePolicy,
  { repo_url, branch }: { repo_url?: string | undefined; branch?: string | undefined },
): KnownMarketplace {
  const [first] = marketplaces;
  const known = repo_url === undefined ? first : marketplaces.find((one) => isSame(one.repo_url, repo_url));
  if (known) return { ...known, repo_url: addressFor(known, repo_url), branch: branch ?? known.branch };
  if (others === "allowed")
    return knownMarketplaceSchema.parse({ repo_url, ...(branch !== undefined && { branch }) });
  const list = marketplaces.map((one) => plainAddress(one.repo_url)).join(", ");
  throw new NoxusError(
    "marketplace_not_allowed",
    `This plugin server takes plugins only from the marketplaces that its operator lists (${list}), and ${plainAddress(repo_url ?? "")} is none of them.`,
  );
}

/** A source may bring credentials inside its address; another spelling of it must not draw ours elsewhere. */
function addressFor({ repo_url: ours }: KnownMarketplace, theirs: string | undefined): string {
  return theirs !== undefined && plainAddress(theirs) === plainAddress(ours) ? theirs : ours;
}

/** Spellings that lead to one repository must not lead around its policy. */
function isSame(a: string, b: string): boolean {
  const plain = (url: string) =>
    plainAddress(url)
      .toLowerCase()
      .replace(/^(https?|ssh|git):\/\//, "")
      .replace(/^[^@/]+@([^:/]+):/, "$1/")
      .replace(/\/+$/, "")
      .replace(/\.git$/, "");
  return plain(a) === plain(b);
}

function plainAddress(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, "$1");
}

/** What may be told of a policy: no credentials. */
export function describePolicy(policy: MarketplacePolicy): Marketplaces {
  const marketplaces = policy.marketplaces.map((one) => describeMarketplace(policy, one));
  return { marketplaces, others: policy.others, otherSources: policy.other_sources };
}

/** The same of one marketplace. */
export function describeMarketplace(
  { marketplaces: [first] }: MarketplacePolicy,
  { repo_url, name, branch, signatures, keys }: KnownMarketplace,
): MarketplaceRecord {
  const address = plainAddress(repo_url);
  const isDefault = first !== undefined && isSame(first.repo_url, repo_url);
  return { name: name ?? address, repo_url: address, branch, isDefault, signatures, keys };
}
