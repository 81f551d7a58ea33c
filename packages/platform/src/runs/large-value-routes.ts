import { Readable } from "node:stream";
import { NoxusError } from "@noxus/contracts";
import { largeValues, type Queries } from "@noxus/database";
import { and, eq, sql } from "@noxus/database/sql";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { findRun } from "./run-store.ts";

/** Bytes that are read of the database at once. */
const pieceBytes = 1024 * 1024;

/** A value that a run's journal or output only refers to (`$large_value`). */
export function registerLargeValueRoutes(
  server: HttpServer,
  { database: { db } }: PlatformDependencies,
): void {
  server.get(
    "/v1/runs/:runId/values/:sha256",
    {
      schema: {
        tags: ["runs"],
        summary: "A large value of a run, whole",
        description:
          'The JSON text that `{"$large_value": sha256, size, preview}` stands for in the run\'s nodes or output.',
        params: z.object({ runId: z.string(), sha256: z.string() }),
      },
    },
    async ({ params: { runId, sha256 }, access: { workspaceId } }, reply) => {
      const { id } = await findRun(db, { id: runId, workspaceId });
      const size = await sizeOf(db, { runId: id, sha256 });
      reply
        .header("content-length", size)
        .header("etag", `"${sha256}"`)
        .header("x-content-type-options", "nosniff")
        .header("content-disposition", `attachment; filename="${sha256.slice(0, 12)}.json"`)
        .type("application/json");
      return reply.send(Readable.from(piecesOf(db, { runId: id, sha256, size }), { objectMode: false }));
    },
  );
}

interface ValueAddress {
  runId: string;
  sha256: string;
}

async function sizeOf(db: Pick<Queries, "select">, { runId, sha256 }: ValueAddress): Promise<number> {
  const [row] = await db
    .select({ size: sql<number>`octet_length(${largeValues.content})` })
    .from(largeValues)
    .where(and(eq(largeValues.runId, runId), eq(largeValues.sha256, sha256)));
  if (row) return row.size;
  throw new NoxusError(
    "not_found",
    `The run has no large value ${sha256}. Its nodes and its output name those that it has.`,
  );
}

async function* piecesOf(
  db: Pick<Queries, "select">,
  { runId, sha256, size }: ValueAddress & { size: number },
): AsyncGenerator<Buffer> {
  for (let from = 1; from <= size; from += pieceBytes) {
    const piece = sql<Buffer>`substring(${largeValues.content} from ${from}::int for ${pieceBytes}::int)`;
    const [row] = await db
      .select({ piece })
      .from(largeValues)
      .where(and(eq(largeValues.runId, runId), eq(largeValues.sha256, sha256)));
    // Deleted meanwhile: the answer breaks off short of its announced length, which the client sees.
    if (!row) throw new NoxusError("not_found", "The run was deleted while its value was read.");
    yield row.piece;
  }
}
