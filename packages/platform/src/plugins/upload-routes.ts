import {
  NoxusError,
  type PluginPreview,
  pluginInstallSchema,
  pluginPreviewSchema,
  pluginSchema,
} from "@noxus/contracts";
import { files } from "@noxus/database";
import { eq } from "@noxus/database/sql";
import type { HttpServer } from "@noxus/service";
import { closeAfterRefusal, receiveFile, type Upload } from "../files/upload.ts";
import { callerSignal } from "../http/caller-signal.ts";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { lookInside } from "./look-inside.ts";
import { adminOnly, viewOptions } from "./plugin-routes.ts";
import { installPlugin } from "./plugin-store.ts";
import { viewPlugin } from "./plugin-view.ts";

/** Packages in one request, instead of `POST /v1/file` and then `POST /v1/plugins`. */
export function registerPluginUploadRoutes(server: HttpServer, deps: PlatformDependencies): void {
  addInstall(server, deps);
  addPreview(server, deps);
}

function addInstall(server: HttpServer, deps: PlatformDependencies): void {
  server.post(
    "/v1/plugins/upload",
    {
      onError: closeAfterRefusal,
      onRequest: adminOnly,
      schema: {
        tags: ["plugins"],
        summary: "Install a plugin from a package",
        description:
          "multipart/form-data: first, where wanted, the fields `config` and `settings` as JSON, then the package (.tar.gz, .tgz, .tar, .zip) as `file`.",
        consumes: ["multipart/form-data"],
        response: { 201: pluginSchema },
      },
    },
    async (request, reply) => {
      const upload = await receiveFile(request, deps);
      try {
        const row = await installPlugin(deps.database, deps.keyring, toInstall(upload));
        return await reply.code(201).send(await viewPlugin(row, viewOptions(deps)));
      } catch (error) {
        await forget(upload, deps);
        throw error;
      }
    },
  );
}

function addPreview(server: HttpServer, deps: PlatformDependencies): void {
  server.post(
    "/v1/plugins/upload/preview",
    {
      onError: closeAfterRefusal,
      onRequest: adminOnly,
      schema: {
        tags: ["plugins"],
        summary: "What a package holds, before it is installed",
        description:
          "As `POST /v1/plugins/preview`, of a package (.tar.gz, .tgz, .tar, .zip) that is sent as `file` of a multipart/form-data. Nothing of it is kept, also where the caller goes away.",
        consumes: ["multipart/form-data"],
        response: { 200: pluginPreviewSchema },
      },
    },
    async (request, reply): Promise<PluginPreview> => {
      const upload = await receiveFile(request, deps);
      const { id, filename } = upload.file;
      try {
        const source = { type: "upload", file_id: id, filename } as const;
        return await lookInside(source, deps, callerSignal(reply, deps));
      } finally {
        await forget(upload, deps);
      }
    },
  );
}

async function forget({ file }: Upload, { database, fileStore }: PlatformDependencies): Promise<void> {
  await database.db.delete(files).where(eq(files.id, file.id));
  await fileStore.remove(file.storageKey);
}

function toInstall({ file, fields }: Upload) {
  const parsed = pluginInstallSchema.safeParse({
    source: { type: "upload", file_id: file.id, filename: file.filename },
    config: parseField("config", fields.config),
    settings: parseField("settings", fields.settings),
  });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  const list = problems.map(({ path, message }) => `${path}: ${message}`).join("; ");
  throw new NoxusError("invalid_request", `The form is not of the expected form: ${list}`, {
    fields: problems,
  });
}

function parseField(name: string, value: string | undefined): unknown {
  if (value === undefined) return undefined;
  try {
    return JSON.parse(value);
  } catch (cause) {
    throw new NoxusError("malformed_json", `The form's field "${name}" is not JSON.`, { cause });
  }
}
