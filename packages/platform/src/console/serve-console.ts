import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { HttpServer } from "@noxus/service";
import type { FastifyReply } from "fastify";

/** Nothing is loaded from elsewhere, no script or style stands in a page, and nobody shows the console in a frame of theirs. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const notBuilt =
  "<!doctype html><title>Noxus</title><p>The console is not built. In the repository: <code>npm run build console</code>, then reload this page.";

/** Where the console's built files lie: those of the package @noxus/console. */
export function consoleFolder(): string {
  return join(dirname(fileURLToPath(import.meta.resolve("@noxus/console/package.json"))), "dist");
}

/**
 * The console under `/console/`: files with a hash in their name for ever, the page itself asked for anew each time,
 * and every other address is the page too, since each of its states is an address. Compressed when it was built.
 */
export async function serveConsole(server: HttpServer, folder = consoleFolder()): Promise<void> {
  await server.register(fastifyStatic as never, { root: folder, serve: false, preCompressed: true } as never);
  server.get("/", { schema: { hide: true } }, async (_request, reply) => reply.redirect("/console/"));
  server.get("/console", { schema: { hide: true } }, async (_request, reply) => reply.redirect("/console/"));
  server.get("/console/*", { schema: { hide: true } }, async (request, reply) => {
    const path = (request.params as { "*": string })["*"];
    protect(reply);
    if (path.startsWith("assets/")) return sendAsset(reply, path);
    return sendPage(reply, folder);
  });
}

function protect(reply: FastifyReply): void {
  reply
    .header("content-security-policy", contentSecurityPolicy)
    .header("x-content-type-options", "nosniff")
    .header("referrer-policy", "no-referrer")
    .header("cross-origin-opener-policy", "same-origin")
    .header("permissions-policy", "camera=(), microphone=(), geolocation=()");
}

function sendAsset(reply: FastifyReply, path: string): FastifyReply {
  return reply.sendFile(path, { maxAge: "365d", immutable: true });
}

function sendPage(reply: FastifyReply, folder: string): FastifyReply {
  const file = join(folder, "index.html");
  reply.type("text/html; charset=utf-8").header("cache-control", "no-cache");
  if (!existsSync(file)) return reply.code(503).send(notBuilt);
  return reply.send(readFileSync(file, "utf8"));
}
