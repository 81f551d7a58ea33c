import { verify } from "node:crypto";
import { NoxusError } from "@noxus/contracts";
import { type PublicKeyText, parsePublicKey } from "./public-key.ts";

/** What is signed: the plugin's name and version with the sha256 of its file tree, however it travels. */
export interface SignedContent {
  name: string;
  version: string;
  release: string;
}

/** Who signed, and the Ed25519 signature in base64url. */
export interface ContentSignature {
  key: PublicKeyText;
  signature: string;
}

/** A line each, in one order: what is signed must never depend on how JSON was written. */
export function signedBytes({ name, version, release }: SignedContent): Buffer {
  return Buffer.from(`noxus-signature-1\n${name}\n${version}\n${release}\n`);
}

/** @throws NoxusError `signature_invalid` where the key that is named has not signed exactly this */
export function assertSignedBy(content: SignedContent, { key, signature }: ContentSignature): void {
  const isRight = verify(
    null,
    signedBytes(content),
    parsePublicKey(key),
    Buffer.from(signature, "base64url"),
  );
  if (!isRight) throw invalidSignature(`It was not made by the key that it names, ${key}, for this content`);
}

/** The error of a signature that does not fit, and why. */
export function invalidSignature(problem: string): NoxusError {
  return new NoxusError(
    "signature_invalid",
    `The signature does not fit: ${problem}. Take both anew from where they were published.`,
  );
}
