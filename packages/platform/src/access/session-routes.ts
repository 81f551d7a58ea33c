import { NoxusError } from "@noxus/contracts";
import type { Queries } from "@noxus/database";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { findAccess } from "./key-store.ts";
import { closeSession, openSession } from "./session.ts";
import { createSignInCode, redeemSignInCode } from "./sign-in-links.ts";

const tags = ["sessions"];
const success = z.object({ success: z.boolean() });
const signIn = z
  .object({
    key: z.string().min(1).optional().describe("An API key."),
    code: z.string().min(1).optional().describe("What follows `#` in a sign-in link."),
  })
  .refine(({ key, code }) => (key === undefined) !== (code === undefined), "Send either key or code.");

type Deps = Pick<PlatformDependencies, "database" | "keyring" | "environment">;

/** Signing a browser in and out. Programs show an API key instead. */
export function registerSessionRoutes(server: HttpServer, deps: Deps): void {
  addLinks(server, deps);
  addSignIn(server, deps);
  server.delete(
    "/v1/session",
    {
      schema: {
        tags,
        summary: "Sign this browser out",
        description: "Copies of its cookie open nothing from then on.",
        response: { 200: success },
      },
    },
    async (request, reply) => {
      await closeSession(request, reply, { db: deps.database.db, keyring: deps.keyring });
      return { success: true };
    },
  );
}

function addSignIn(server: HttpServer, { database: { db }, keyring }: Deps): void {
  server.post(
    "/v1/session",
    {
      schema: {
        tags,
        summary: "Sign a browser in, with an API key or the code of a sign-in link",
        description: "Sets a cookie that scripts cannot read; it ends after 7 days, or with its key.",
        security: [],
        body: signIn,
        response: { 200: success },
      },
    },
    async (request, reply) => {
      const { key, code } = request.body;
      const keyId = key === undefined ? await keyOfCode(db, code ?? "") : await idOfKey(db, key);
      openSession(request, reply, { keyId, keyring });
      return { success: true };
    },
  );
}

async function idOfKey(db: Queries, key: string): Promise<string> {
  const access = await findAccess(db, key.trim());
  if (access) return access.keyId;
  throw new NoxusError("unauthorized", "The API key is none of this platform, or it was revoked.");
}

async function keyOfCode(db: Queries, code: string): Promise<string> {
  const keyId = await redeemSignInCode(db, code);
  if (keyId) return keyId;
  throw new NoxusError(
    "unauthorized",
    "This sign-in link was used already, or it is older than 15 minutes. Sign in with an API key, or ask `noxus console` for a new link.",
  );
}

function addLinks(server: HttpServer, { database: { db }, environment }: Deps): void {
  server.post(
    "/v1/session/links",
    {
      schema: {
        tags,
        summary: "Make a link that signs a browser in once, with the rights of this key",
        response: { 201: z.object({ url: z.string(), expires_at: z.string() }) },
      },
    },
    async ({ access, protocol, host }, reply) => {
      const { code, expiresAt } = await createSignInCode(db, access.keyId);
      const base = environment.NOXUS_PUBLIC_URL?.replace(/\/$/, "") ?? `${protocol}://${host}`;
      // Behind `#` it reaches no server's log and no other site.
      const url = `${base}/console/sign-in#${code}`;
      return reply.code(201).send({ url, expires_at: expiresAt.toISOString() });
    },
  );
}
