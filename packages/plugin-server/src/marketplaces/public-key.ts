import { createPublicKey, type KeyObject } from "node:crypto";
import { NoxusError } from "@noxus/contracts";

/** A key as it is written down and compared: `ed25519:` and its 32 bytes in base64url. */
export type PublicKeyText = `ed25519:${string}`;

const form = /^ed25519:([A-Za-z0-9_-]{43})$/;

/** Whether a text is a key in that form. */
export function isPublicKey(text: string): text is PublicKeyText {
  return form.test(text);
}

/** @throws NoxusError `signature_invalid` for what is no key in this form */
export function parsePublicKey(text: string): KeyObject {
  const x = form.exec(text.trim())?.[1];
  if (x !== undefined) return createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
  throw new NoxusError(
    "signature_invalid",
    `Expected a public key, "ed25519:" and 43 characters as \`noxus plugin sign\` prints it, and got "${text.slice(0, 60)}".`,
  );
}
