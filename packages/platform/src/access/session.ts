import { randomUUID } from "node:crypto";
import { NoxusError } from "@noxus/contracts";
import { endedSessions, type Queries } from "@noxus/database";
import { lte, sql } from "@noxus/database/sql";
import type { Keyring } from "@noxus/service";
import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Access } from "./access.ts";
import { accessOfKey } from "./key-store.ts";

/** A person signs in again after this; signing out, or a revoked key, ends it at once, copies of the cookie too. */
const sessionMs = 7 * 24 * 3_600_000;
const safeMethods = ["GET", "HEAD", "OPTIONS"];

const sessionSchema = z.object({ id: z.uuid(), keyId: z.string(), expiresAt: z.number() });
type Session = z.infer<typeof sessionSchema>;

/**
 * Lets the browser act with the rights of an API key, which it never sees: the cookie is sealed, out of reach of
 * scripts, and names the key, so that every replica understands it. Only those that were signed out are stored.
 */
export function openSession(
  request: FastifyRequest,
  reply: FastifyReply,
  { keyId, keyring }: { keyId: string; keyring: Keyring },
): void {
  const session: Session = { id: randomUUID(), keyId, expiresAt: Date.now() + sessionMs };
  const sealed = keyring.seal(JSON.stringify(session));
  reply.setCookie(cookieName(request), sealed, { ...cookieOptions(request), maxAge: sessionMs / 1000 });
}

/** Signs the browser out, and with it whoever has a copy of its cookie. */
export async function closeSession(
  request: FastifyRequest,
  reply: FastifyReply,
  { db, keyring }: { db: Queries; keyring: Keyring },
): Promise<void> {
  const session = sessionOf(request, keyring);
  if (session) await endSession(db, session);
  reply.clearCookie(cookieName(request), cookieOptions(request));
}

async function endSession(db: Queries, { id, expiresAt }: Session): Promise<void> {
  await db.delete(endedSessions).where(lte(endedSessions.expiresAt, sql`now()`));
  await db
    .insert(endedSessions)
    .values({ id, expiresAt: new Date(expiresAt) })
    .onConflictDoNothing();
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
  const session = sessionOf(request, keyring);
  if (!session) return undefined;
  if (!safeMethods.includes(request.method)) requireSameOrigin(request);
  return accessOfKey(db, { keyId: session.keyId, sessionId: session.id });
}

function sessionOf(request: FastifyRequest, keyring: Keyring): Session | undefined {
  const sealed = request.cookies?.[cookieName(request)];
  if (sealed === undefined) return undefined;
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
