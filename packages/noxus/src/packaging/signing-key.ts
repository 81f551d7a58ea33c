import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { NoxusError } from "@noxus/contracts";
import type { PublicKeyText } from "@noxus/plugin-server";
import { authorFolders } from "../author/cache-folders.ts";
import type { CommandContext } from "../command-line/define.ts";

export interface SigningKey {
  key: KeyObject;
  publicKey: PublicKeyText;
}

type Place = Pick<CommandContext, "cwd" | "env">;

/** The author's own key, where none is named. */
export function keyFile({ cwd, env }: Place, named: string | undefined): string {
  return named === undefined ? join(authorFolders(env).keys, "signing-key.pem") : resolve(cwd, named);
}

/** Reads a private key. @throws NoxusError `signature_invalid` where there is none, or not of the kind Ed25519 */
export async function readSigningKey(file: string): Promise<SigningKey> {
  try {
    const key = createPrivateKey(await readFile(file));
    if (key.asymmetricKeyType !== "ed25519") throw new Error(`it is of the kind ${key.asymmetricKeyType}`);
    return { key, publicKey: publicKeyText(createPublicKey(key)) };
  } catch (cause) {
    throw new NoxusError(
      "signature_invalid",
      `Expected an Ed25519 private key in ${file}: ${(cause as Error).message}. Add --new-key to make one.`,
      { cause },
    );
  }
}

/** Makes a key for signing. One that is there is never overwritten: what it has signed would be nobody's. */
export async function makeSigningKey(file: string): Promise<SigningKey> {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" });
  await writeFile(file, pem, { mode: 0o600, flag: "wx" }).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== "EEXIST") throw cause;
    throw new NoxusError(
      "conflict",
      `${file} is there already. Sign with it, or name another file with --key.`,
      {
        cause,
      },
    );
  });
  return { key: privateKey, publicKey: publicKeyText(publicKey) };
}

function publicKeyText(key: KeyObject): PublicKeyText {
  const { x } = key.export({ format: "jwk" });
  return `ed25519:${x}`;
}

/** A short name for a key, to read aloud: the first 16 digits of its sha256. */
export function fingerprintOf(key: PublicKeyText): string {
  return createHash("sha256").update(key).digest("hex").slice(0, 16);
}
