import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { callTokenHeader, NoxusError } from "@noxus/contracts";
import { createHttpServer, type HttpServer, type Logger, listen } from "@noxus/service";
import { InstanceDoor } from "./bridge-door.ts";
import type { BridgeDoor } from "./door.ts";
import type { FileTransfer } from "./file-transfer.ts";
import { receiveStreamed } from "./streamed-upload.ts";
import { createUploadReader } from "./upload-body.ts";

export interface BridgeOptions {
  transfer: FileTransfer;
  /** Uploads wait here, nameless, until the platform has them. */
  scratchFolder: string;
  /** Largest file in bytes, either way; 1 GiB by default. */
  maxFileBytes?: number;
  logger: Logger;
}

/** The plugins' way to files: one loopback listener for all instances, a capability in the address for each. */
export interface Bridge {
  /** Opens the door of one instance. Its address holds 192 random bits and dies with `close`. */
  open(instance: { instanceId: string; pluginId: string }): BridgeDoor;
  close(): Promise<void>;
}

export async function startBridge(options: BridgeOptions): Promise<Bridge> {
  const { transfer, scratchFolder, maxFileBytes = 1024 ** 3, logger } = options;
  const doors = new Map<string, InstanceDoor>();
  const server = await createHttpServer({
    title: "Plugin files",
    version: "1",
    logger,
    bodyLimit: 2 * maxFileBytes,
  });
  addRoutes(server, { doors, scratchFolder, maxFileBytes });
  const { url } = await listen(server, { host: "127.0.0.1", port: 0 });
  return {
    open({ pluginId }) {
      const capability = randomBytes(24).toString("base64url");
      const door = new InstanceDoor({
        pluginId,
        url: `${url}/bridge/${capability}`,
        transfer,
        maxFileBytes,
        onClose: () => doors.delete(capability),
      });
      doors.set(capability, door);
      return door;
    },
    async close() {
      for (const door of [...doors.values()]) door.close();
      await server.close();
    },
  };
}

function addRoutes(
  server: HttpServer,
  {
    doors,
    scratchFolder,
    maxFileBytes,
  }: { doors: Map<string, InstanceDoor>; scratchFolder: string; maxFileBytes: number },
): void {
  const doorOf = (capability: string): InstanceDoor => {
    const door = doors.get(capability);
    if (!door)
      throw new NoxusError(
        "bridge_closed",
        "This address is not valid, or not any more: it ends with the plugin's process.",
      );
    return door;
  };
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
  server.get<{ Params: { capability: string; id: string } }>(
    "/bridge/:capability/files/:id",
    async (request, reply) => {
      const door = doorOf(request.params.capability);
      const token = request.headers[callTokenHeader]?.toString();
      const { stream, size, contentType } =
        token === undefined
          ? await door.downloadForAny(request.params.id, goneSignal(reply.raw))
          : await door.download(token, request.params.id);
      reply.type(contentType);
      if (size !== undefined) reply.header("content-length", size);
      return reply.send(stream);
    },
  );
  server.post<{ Params: { capability: string }; Body: Readable | undefined }>(
    "/bridge/:capability/files",
    async ({ params, headers, body }) => {
      const door = doorOf(params.capability);
      const token = headers[callTokenHeader]?.toString() ?? "";
      // Before a byte of it is kept.
      door.assertCall(token);
      const upload = await receiveStreamed(body ?? Readable.from([]), headers, {
        folder: scratchFolder,
        maxBytes: maxFileBytes,
      });
      try {
        return await door.upload(token, upload);
      } finally {
        upload.body.destroy();
      }
    },
  );
  server.post<{ Params: { capability: string }; Body: Readable }>(
    "/bridge/:capability/files/upload",
    async (request, reply) => {
      const door = doorOf(request.params.capability);
      const reader = createUploadReader({ folder: scratchFolder, maxBytes: maxFileBytes, depth: 1 });
      const { upload } = await receive(request.body, reader);
      const { claimedWorkspace, ...file } = upload;
      try {
        return await door.uploadForAny(file, claimedWorkspace, goneSignal(reply.raw));
      } finally {
        upload.body.destroy();
      }
    },
  );
}

async function receive(body: Readable, reader: ReturnType<typeof createUploadReader>) {
  try {
    for await (const chunk of body) await reader.write(chunk);
    return await reader.end();
  } catch (error) {
    await reader.discard();
    throw error;
  }
}

/** Aborts when the plugin closes the connection before it has its answer. */
function goneSignal(response: import("node:http").ServerResponse): AbortSignal {
  const controller = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished)
      controller.abort(new NoxusError("call_cancelled", "The plugin went away."));
  });
  return controller.signal;
}
