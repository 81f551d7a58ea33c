import { fileRecordSchema, fileUploadHeaders } from "@noxus/contracts";
import type { FileTransfer } from "../bridge/file-transfer.ts";
import type { PlatformClient } from "./platform-client.ts";

/** Header of the platform's file answers: hex sha256 of the content. */
export const sha256Header = "x-noxus-sha256";

/** Files and credentials of plugins through the platform. Contents stream in both directions and are never held whole. */
export function createPlatformFiles(client: PlatformClient): FileTransfer {
  return {
    async download(fileId, workspace, signal) {
      const answer = await client.send({
        method: "GET",
        path: `/plugin-server/files/${encodeURIComponent(fileId)}`,
        headers: workspace ? { [fileUploadHeaders.workspace]: encodeURIComponent(workspace) } : {},
        signal,
      });
      const header = (name: string) => answer.headers[name]?.toString();
      const size = header("content-length");
      const sha256 = header(sha256Header);
      return {
        stream: answer.body,
        contentType: header("content-type") ?? "application/octet-stream",
        ...(size !== undefined && { size: Number(size) }),
        ...(sha256 !== undefined && { sha256 }),
      };
    },

    async upload({ filename, contentType, workspace, sourceType, sourceMetadata, size, body }, signal) {
      const answer = await client.send({
        method: "POST",
        path: "/plugin-server/files",
        headers: {
          "content-type": contentType,
          "content-length": String(size),
          [fileUploadHeaders.filename]: encodeURIComponent(filename),
          [fileUploadHeaders.sourceType]: encodeURIComponent(sourceType),
          [fileUploadHeaders.sourceMetadata]: encodeURIComponent(JSON.stringify(sourceMetadata ?? null)),
          ...(workspace && { [fileUploadHeaders.workspace]: encodeURIComponent(workspace) }),
        },
        body,
        signal,
      });
      return fileRecordSchema.parse(await answer.body.json());
    },

    async updateCredentials(update, signal) {
      const answer = await client.send({
        method: "POST",
        path: "/plugin-server/credentials",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(update),
        signal,
      });
      await answer.body.dump();
    },
  };
}
