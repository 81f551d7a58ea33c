/**
 * What this SDK can beyond the contract, with the version of each. Announced in the manifest under `extensions`; a host
 * announces its own in the params of `manifest`. Each is used only when both sides have said it.
 *
 * - `cancel`: the notification `$/cancel {id}` aborts the `ctx.signal` of that request; it is answered all the same.
 * - `progress`: the notification `$/progress {id, fraction?, message?}` tells how far a request is.
 * - `files`: with the call's token in a header, files go as plain bytes over HTTP at the address in `PLUGIN_SERVER_URL`,
 *   instead of as base64 in messages.
 * - `context`: `ctx.deadline_ms` (still left when sent) and `ctx.idempotency_key`.
 * - `user_error`: an error that the user can put right carries `data: {user_error: true}`.
 */
export const extensions = { cancel: 1, progress: 1, files: 1, context: 1, user_error: 1 } as const;

export type Extension = keyof typeof extensions;

/** Those of ours that the host knows too. */
export function sharedExtensions(announced: unknown): ReadonlySet<Extension> {
  const theirs = typeof announced === "object" && announced !== null ? announced : {};
  return new Set((Object.keys(extensions) as Extension[]).filter((name) => name in theirs));
}
