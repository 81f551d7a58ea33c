import { NoxusError } from "@noxus/contracts";
import type { Database } from "@noxus/database";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";

/** `connecting`: PostgreSQL has not answered yet; `migrating`: the schema is being brought up; `ready`: requests are answered. */
export type StartState = "connecting" | "migrating" | "ready";

export interface Readiness {
  state: StartState;
}

const readySchema = z.object({
  ready: z.boolean(),
  database: z.enum(["connecting", "migrating", "ready", "unreachable"]),
});

/** A load balancer asks often and gives up soon. */
const probeTimeoutMs = 2_000;

/** Whether the process lives, and whether it takes requests. Neither asks for a key. */
export function registerHealthRoutes(
  server: HttpServer,
  { readiness, database }: { readiness: Readiness; database: Database },
): void {
  server.get(
    "/health",
    {
      schema: {
        tags: ["server"],
        summary: "Whether the process lives",
        security: [],
        response: { 200: z.object({ status: z.literal("healthy"), service: z.literal("platform") }) },
      },
    },
    async () => ({ status: "healthy" as const, service: "platform" as const }),
  );
  server.get(
    "/ready",
    {
      schema: {
        tags: ["server"],
        summary: "Whether requests are answered",
        description: "503 until PostgreSQL answers and its schema is there, and whenever it does not answer.",
        security: [],
        response: { 200: readySchema, 503: readySchema },
      },
    },
    async (_request, reply) => {
      const state = readiness.state === "ready" ? await probe(database) : readiness.state;
      return reply.code(state === "ready" ? 200 : 503).send({ ready: state === "ready", database: state });
    },
  );
}

async function probe({ pool }: Database): Promise<"ready" | "unreachable"> {
  const { promise: late, resolve } = Promise.withResolvers<"unreachable">();
  const timer = setTimeout(() => resolve("unreachable"), probeTimeoutMs);
  const answer = pool.query("select 1").then(
    () => "ready" as const,
    () => "unreachable" as const,
  );
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** Health, and the console's files: its page says by itself what is missing, and goes on when it is there. */
function answersAlways(url: string): boolean {
  return url === "/health" || url === "/ready" || url === "/" || url.startsWith("/console/");
}

/** Until the schema is there nothing can be answered, and callers are told when to come back. */
export function refuseUntilReady(server: HttpServer, readiness: Readiness): void {
  server.addHook("onRequest", async (request) => {
    if (readiness.state === "ready" || answersAlways(request.url)) return;
    throw new NoxusError(
      "database_unreachable",
      `The platform is still starting (database: ${readiness.state}).`,
      {
        retryAfterS: 1,
      },
    );
  });
}
