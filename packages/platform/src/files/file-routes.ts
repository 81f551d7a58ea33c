import { fileRecordSchema, pageSchema } from "@noxus/contracts";
import { files } from "@noxus/database";
import { and, count, desc, eq, sql } from "@noxus/database/sql";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { pageOf, pageQuerySchema, toPage } from "../http/page.ts";
import { containing } from "../http/text-pattern.ts";
import { findFile, toFileRecord } from "./file-records.ts";
import { sendFile } from "./send-file.ts";
import { closeAfterRefusal, receiveFile } from "./upload.ts";

const tags = ["files"];
const params = z.object({ id: z.string().describe("The file's id.") });

/** Files of the workspace: uploaded by people, read and written by nodes. */
export function registerFileRoutes(server: HttpServer, deps: PlatformDependencies): void {
  addUpload(server, deps);
  addReading(server, deps);
  server.delete(
    "/v1/file/:id",
    {
      schema: {
        tags,
        summary: "Delete a file",
        params,
        response: { 200: z.object({ success: z.boolean() }) },
      },
    },
    async (request) => {
      const { db } = deps.database;
      const file = await findFile(db, request.params.id, request.access.workspaceId);
      await db.delete(files).where(eq(files.id, file.id));
      await deps.fileStore.remove(file.storageKey);
      return { success: true };
    },
  );
}

function addUpload(server: HttpServer, deps: PlatformDependencies): void {
  server.post(
    "/v1/file",
    {
      onError: closeAfterRefusal,
      schema: {
        tags,
        summary: "Upload a file",
        description:
          "multipart/form-data with the field `file`. The content streams to the disk; its sha256 comes back.",
        consumes: ["multipart/form-data"],
        response: { 200: fileRecordSchema },
      },
    },
    async (request) => toFileRecord((await receiveFile(request, deps)).file),
  );
}

function addReading(server: HttpServer, deps: PlatformDependencies): void {
  const { db } = deps.database;
  server.get(
    "/v1/file/:id",
    {
      schema: {
        tags,
        summary: "A file's content",
        description:
          "The bytes; one range (`Range: bytes=0-99`) where asked for. `X-Noxus-Sha256` is the whole content's.",
        params,
      },
    },
    async (request, reply) => {
      const file = await findFile(db, request.params.id, request.access.workspaceId);
      return sendFile(request, reply, { file, fileStore: deps.fileStore });
    },
  );
  server.get(
    "/v1/file/:id/record",
    { schema: { tags, summary: "A file's record", params, response: { 200: fileRecordSchema } } },
    async (request) => toFileRecord(await findFile(db, request.params.id, request.access.workspaceId)),
  );
  server.get(
    "/v1/files",
    {
      schema: {
        tags,
        summary: "The workspace's files, newest first",
        querystring: pageQuerySchema.extend({
          q: z.string().optional().describe("A part of the name, in any case."),
        }),
        response: { 200: pageSchema(fileRecordSchema) },
      },
    },
    async ({ query, access }) => {
      const { q } = query;
      const mine = and(
        eq(files.workspaceId, access.workspaceId),
        q ? sql`${files.filename} ilike ${containing(q)}` : undefined,
      );
      const { limit, offset } = pageOf(query);
      const rows = await db
        .select()
        .from(files)
        .where(mine)
        .orderBy(desc(files.createdAt))
        .limit(limit)
        .offset(offset);
      const [{ total } = { total: 0 }] = await db.select({ total: count() }).from(files).where(mine);
      return toPage(rows.map(toFileRecord), total, query);
    },
  );
}
