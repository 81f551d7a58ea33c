import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** Seals texts into envelopes and opens them again; an envelope names the key that it was sealed with. */
export interface Keyring {
  /** Encrypts with the first key. */
  seal(text: string): string;
  /** @throws Error where the envelope's key is not in the ring, or the envelope was altered. */
  open(envelope: string): string;
}

const ivBytes = 12;
const tagBytes = 16;

/**
 * AES-256-GCM with named keys, so that keys can be changed: put the new one first, keep the old ones until everything
 * is sealed anew. `keys` is a comma-separated list of `id:base64` (32 bytes each); the first one seals.
 *
 * @throws Error naming the key that is not of this form; never its value.
 */
export function createKeyring(keys: string): Keyring {
  const ring = new Map(keys.split(",").map((entry) => parseKey(entry.trim())));
  const [sealing] = ring.keys();
  if (sealing === undefined) throw new Error("A keyring needs at least one key.");
  return {
    seal: (text) => `v1.${sealing}.${encrypt(text, keyNamed(ring, sealing)).toString("base64url")}`,
    open: (envelope) => {
      const [version, id, body] = envelope.split(".");
      if (version !== "v1" || id === undefined || body === undefined)
        throw new Error("This is no sealed value (expected v1.<key>.<content>).");
      return decrypt(Buffer.from(body, "base64url"), keyNamed(ring, id));
    },
  };
}

/** A new key in the form that `createKeyring` takes. */
export function generateKey(id = "k1"): string {
  return `${id}:${randomBytes(32).toString("base64")}`;
}

function parseKey(entry: string): [string, Buffer] {
  const [id = "", text = ""] = entry.split(":");
  const key = Buffer.from(text, "base64");
  if (!/^[A-Za-z0-9_-]+$/.test(id) || key.length !== 32)
    throw new Error(`The encryption key "${id}" is not of the form id:base64 with 32 bytes.`);
  return [id, key];
}

function keyNamed(ring: ReadonlyMap<string, Buffer>, id: string): Buffer {
  const key = ring.get(id);
  if (!key) throw new Error(`The value is sealed with the key "${id}", which is not configured.`);
  return key;
}

function encrypt(text: string, key: Buffer): Buffer {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv("aes-256-gcm", key, iv);
  return Buffer.concat([iv, cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
}

function decrypt(sealed: Buffer, key: Buffer): string {
  const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(0, ivBytes));
  decipher.setAuthTag(sealed.subarray(-tagBytes));
  const content = sealed.subarray(ivBytes, -tagBytes);
  return Buffer.concat([decipher.update(content), decipher.final()]).toString("utf8");
}
