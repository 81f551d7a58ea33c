import type { Readable } from "node:stream";
import { fileUploadHeaders, NoxusError } from "@noxus/contracts";
import { workspaces } from "@noxus/database";
import { eq } from "@noxus/database/sql";
import type { HttpServer } from "@noxus/service";
import type { FastifyRequest } from "fastify";
import { findFile, isUuid, saveFile, toFileRecord } from "../files/file-records.ts";
import { sendFile } from "../files/send-file.ts";
import { closeAfterRefusal, refuseAnnounced } from "../files/upload.ts";
import type { PlatformDependencies } from "../http/dependencies.ts";

const tags = ["plugin servers"];

/** Files for plugin servers: uploaded packages, and what the bridge of a plugin reads and writes. */
export function registerLinkFileRoutes(server: HttpServer, deps: PlatformDependencies): void {
  void server.register(async (scope) => {
    // Contents stream: nothing of them is parsed or held.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
    scope.addHook("onError", closeAfterRefusal);
    addDownload(scope as unknown as HttpServer, deps);
    addUpload(scope as unknown as HttpServer, deps);
  });
}

function addDownload(scope: HttpServer, { database, fileStore }: PlatformDependencies): void {
  scope.get<{ Params: { id: string } }>(
    "/plugin-server/files/:id",
    {
      schema: {
        tags,
        summary: "A file's content",
        description: "Where the header X-Noxus-Workspace is there, only a file of that workspace.",
      },
    },
    async (request, reply) => {
      const workspace = headerOf(request, fileUploadHeaders.workspace);
      const file = await findFile(database.db, request.params.id, workspace);
      return sendFile(request, reply, { file, fileStore });
    },
  );
}

function addUpload(scope: HttpServer, { database, fileStore, environment }: PlatformDependencies): void {
  scope.post(
    "/plugin-server/files",
    {
      schema: {
        tags,
        summary: "Store a file that a plugin made",
        description: `The body is the content. Headers, percent-encoded: ${Object.values(fileUploadHeaders).join(", ")}.`,
      },
    },
    async (request) => {
      refuseAnnounced(request, environment.NOXUS_MAX_FILE_BYTES);
      const workspaceId = await requireWorkspace(request, database.db);
      const sourceType = headerOf(request, fileUploadHeaders.sourceType);
      const file = await saveFile(
        { db: database.db, fileStore },
        {
          workspaceId,
          madeByPlugin: true,
          filename: headerOf(request, fileUploadHeaders.filename) ?? "file",
          contentType: request.headers["content-type"] ?? "application/octet-stream",
          ...(sourceType && { sourceType }),
          sourceMetadata: metadataOf(request),
          content: request.body as Readable,
          maxBytes: environment.NOXUS_MAX_FILE_BYTES,
        },
      );
      return toFileRecord(file);
    },
  );
}

async function requireWorkspace(
  request: FastifyRequest,
  db: PlatformDependencies["database"]["db"],
): Promise<string> {
  const id = headerOf(request, fileUploadHeaders.workspace) ?? "";
  const rows = isUuid(id) ? await db.select().from(workspaces).where(eq(workspaces.id, id)) : [];
  if (rows[0]) return rows[0].id;
  throw new NoxusError(
    "invalid_request",
    `The header ${fileUploadHeaders.workspace} must name the workspace that the file is for; it is "${id}".`,
  );
}

function metadataOf(request: FastifyRequest): unknown {
  const text = headerOf(request, fileUploadHeaders.sourceMetadata);
  try {
    return text === undefined ? null : JSON.parse(text);
  } catch (cause) {
    throw new NoxusError("invalid_request", `The header ${fileUploadHeaders.sourceMetadata} is not JSON.`, {
      cause,
    });
  }
}

/** Header values are percent-encoded UTF-8, since headers are ASCII. */
function headerOf({ headers }: FastifyRequest, name: string): string | undefined {
  const value = headers[name];
  if (typeof value !== "string") return undefined;
  try {
    return decodeURIComponent(value);
  } catch (cause) {
    throw new NoxusError("invalid_request", `The header ${name} is not percent-encoded UTF-8.`, { cause });
  }
}
