import { NoxusError } from "@noxus/contracts";
import type { Queries } from "@noxus/database";
import type { Keyring } from "@noxus/service";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Access } from "./access.ts";
import { accessOfKey } from "./key-store.ts";

/** A person signs in again after this; a revoked key ends its sessions at once. */
const sessionMs = 7 * 24 * 3_600_000;
const safeMethods = ["GET", "HEAD", "OPTIONS"];

const sessionSchema = z.object({ keyId: z.string(), expiresAt: z.number() });

/**
 * Lets the browser act with the rights of an API key, which it never sees: the cookie is sealed, out of reach of
 * scripts, and names the key, so that nothing has to be stored and every replica understands it.
 */
export function openSession(
  request: FastifyRequest,
  reply: FastifyReply,
  { keyId, keyring }: { keyId: string; keyring: Keyring },
): void {
  const sealed = keyring.seal(JSON.stringify({ keyId, expiresAt: Date.now() + sessionMs }));
  reply.setCookie(cookieName(request), sealed, { ...cookieOptions(request), maxAge: sessionMs / 1000 });
}

export function closeSession(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(cookieName(request), cookieOptions(request));
}

/**
 * What a request's session opens; undefined where it has none.
 *
 * @throws NoxusError `forbidden` where another site's page sent the browser to change something.
 */
export async function accessOfSession(
  request: FastifyRequest,
  { db, keyring }: { db: Queries; keyring: Keyring },
): Promise<Access | undefined> {
  const sealed = request.cookies?.[cookieName(request)];
  const session = sealed === undefined ? undefined : readSession(sealed, keyring);
  if (!session) return undefined;
  if (!safeMethods.includes(request.method)) requireSameOrigin(request);
  return accessOfKey(db, session.keyId);
}

function readSession(sealed: string, keyring: Keyring): { keyId: string } | undefined {
  try {
    const session = sessionSchema.parse(JSON.parse(keyring.open(sealed)));
    return session.expiresAt > Date.now() ? session : undefined;
  } catch {
    // Of another platform on this host, altered, or sealed with a key that was retired: the same as none.
    return undefined;
  }
}

/** Browsers send `Origin` with everything that changes something; programs on this host's other ports are other origins. */
function requireSameOrigin({ headers }: FastifyRequest): void {
  const { origin, host } = headers;
  if (origin && URL.canParse(origin) && new URL(origin).host === host) return;
  throw new NoxusError(
    "forbidden",
    "A session of the console changes things only from the console's own pages. Programs show an API key as the header X-API-Key.",
  );
}

/** Cookies know no ports, and several platforms may run on one host. */
function cookieName({ host }: FastifyRequest): string {
  const port = /:(\d+)$/.exec(host)?.[1];
  return port ? `noxus-session-${port}` : "noxus-session";
}

function cookieOptions({ headers, protocol }: FastifyRequest) {
  const secure = protocol === "https" || headers["x-forwarded-proto"] === "https";
  return { path: "/", httpOnly: true, sameSite: "strict", secure } as const;
}
