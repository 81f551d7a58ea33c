import type { Manifest } from "@noxus/contracts";

/**
 * What this server can beyond the contract, with the version of each. A plugin announces its own in the manifest, and is told
 * ours in the params of `manifest`; each is used only when both sides have said it. The Python SDK announces none.
 *
 * - `cancel`: the notification `$/cancel {id}` tells that nobody waits for a request any more; it is answered all the same.
 * - `context`: `ctx.deadline_ms` (left when sent) and `ctx.idempotency_key`.
 * - `files`: with the call's token in a header, files go as plain bytes over HTTP at the process's `PLUGIN_SERVER_URL`.
 * - `progress`: the notification `$/progress {id, fraction?, message?}` tells how far a request is.
 * - `user_error`: an error with `data: {user_error: true}` is the user's to put right.
 */
const extensions = { cancel: 1, context: 1, files: 1, progress: 1, user_error: 1 } as const;

export type Extension = keyof typeof extensions;

/** Params of `manifest` that announce what is shared; nothing where nothing is. */
export function announcementOf(shared: ReadonlySet<Extension>): Buffer {
  if (shared.size === 0) return Buffer.from("{}");
  const announced = Object.fromEntries([...shared].map((name) => [name, extensions[name]]));
  return Buffer.from(JSON.stringify({ extensions: announced }));
}

/** Those of ours that the plugin announces in its manifest. */
export function sharedExtensions(manifest: Manifest): ReadonlySet<Extension> {
  const { extensions: theirs } = manifest;
  if (typeof theirs !== "object" || theirs === null) return new Set();
  return new Set((Object.keys(extensions) as Extension[]).filter((name) => name in theirs));
}
