import { sign } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NoxusError } from "@noxus/contracts";
import {
  assertSignedBy,
  defaultLimits,
  digestTree,
  invalidSignature,
  type PublicKeyText,
  parsePublicKey,
  readTree,
  type SignedContent,
  signedBytes,
  unpackArchive,
} from "@noxus/plugin-server";
import { z } from "zod";
import { readProject } from "../author/project.ts";
import type { SigningKey } from "./signing-key.ts";

/** The file beside a package, `<package>.sig`. */
export const signatureSchema = z.object({
  format: z.literal("noxus-signature-1"),
  name: z.string(),
  version: z.string(),
  release: z.string().regex(/^[0-9a-f]{64}$/),
  key: z.templateLiteral(["ed25519:", z.string()]),
  signature: z.string(),
});
export type Signature = z.infer<typeof signatureSchema>;

export function signContent(content: SignedContent, { key, publicKey }: SigningKey): Signature {
  const signature = sign(null, signedBytes(content), key).toString("base64url");
  return { format: "noxus-signature-1", ...content, key: publicKey, signature };
}

/**
 * Compares a signature with what is in the package, then with the keys that are trusted.
 *
 * @throws NoxusError `signature_invalid`, `signature_untrusted`
 */
export function verifyContent(
  content: SignedContent,
  signature: Signature,
  trusted: readonly string[],
): PublicKeyText {
  for (const part of ["name", "version", "release"] as const)
    if (signature[part] !== content[part])
      throw invalidSignature(
        `It was made for the ${part} ${signature[part]}, and the package has ${content[part]}`,
      );
  assertSignedBy(content, signature);
  for (const key of trusted) parsePublicKey(key);
  if (trusted.some((key) => key.trim() === signature.key)) return signature.key;
  throw new NoxusError(
    "signature_untrusted",
    `${content.name} ${content.version} is signed by ${signature.key}, and trusted are: ${trusted.join(", ") || "none"}. If the key is the author's, name it with --key.`,
    { data: { key: signature.key } },
  );
}

/** What is in a package. @throws NoxusError archive_…, plugin_project_… */
export async function contentOf(packageFile: string, signal: AbortSignal): Promise<SignedContent> {
  if (
    !(await stat(packageFile).then(
      (state) => state.isFile(),
      () => false,
    ))
  )
    throw new NoxusError(
      "archive_invalid",
      `There is no package ${packageFile}. \`noxus plugin package\` makes one.`,
    );
  const folder = await mkdtemp(join(tmpdir(), "noxus-signature-"));
  try {
    const root = await unpackArchive(packageFile, join(folder, "plugin"), { limits: defaultLimits, signal });
    const { name, version } = await readProject(root);
    return { name, version, release: await digestTree(root, await readTree(root)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @throws NoxusError `signature_invalid` where the file is not there or no signature */
export async function readSignature(file: string): Promise<Signature> {
  try {
    return signatureSchema.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (cause) {
    throw new NoxusError(
      "signature_invalid",
      `Expected a signature in ${file}, and found none that can be read.`,
      {
        cause,
      },
    );
  }
}
