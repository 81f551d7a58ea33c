import { createHash, randomBytes } from "node:crypto";

/** A new API key: recognisable, 256 bits, URL-safe. */
export function newApiKey(): string {
  return `nx_${randomBytes(32).toString("base64url")}`;
}

/** What is stored of a key. A plain hash is enough: keys are random, there is nothing to guess. */
export function hashApiKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** What is shown of a key after it was made. */
export function prefixOfApiKey(key: string): string {
  return key.slice(0, 10);
}
