import { useSyncExternalStore } from "react";
import { queryClient } from "../api/query-client.ts";
import { sendFile } from "../api/send-file.ts";
import { sayDone } from "../parts/say.ts";
import { texts } from "../texts/files.ts";

/** A file on its way; `error` says why it did not arrive. */
export interface Upload {
  id: number;
  file: File;
  percent: number;
  error?: string;
  /** Gives it up, sent or not. */
  stop: () => void;
}

/** Of no page: whoever looks at another one meanwhile finds them again. */
let uploads: readonly Upload[] = [];
const watchers = new Set<() => void>();
/** Several at once would only share the same line. */
let queue: Promise<unknown> = Promise.resolve();
let lastId = 0;

/** Files on their way, and those that did not arrive. */
export function useUploads(): readonly Upload[] {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => uploads,
  );
}

/** Sends files one after the other, and tells of each how far it is; what failed stays until it is sent again or left. */
export async function sendFiles(files: readonly File[]): Promise<void> {
  const sent = files.map(begin);
  const arrived = (await Promise.all(sent)).filter(Boolean).length;
  if (arrived > 0) sayDone(texts.uploaded(arrived));
  await queryClient.invalidateQueries({ queryKey: ["files"] });
}

export function leaveUpload(id: number): void {
  set(uploads.filter((one) => one.id !== id));
}

/** @returns whether it arrived */
async function begin(file: File): Promise<boolean> {
  const id = ++lastId;
  const stopped = new AbortController();
  const { signal } = stopped;
  const stop = () => {
    stopped.abort();
    leaveUpload(id);
  };
  set([...uploads, { id, file, percent: 0, stop }]);
  const sent = queue.then(() => {
    signal.throwIfAborted();
    return sendFile("/v1/file", file, { onPercent: (percent) => change(id, { percent }), signal });
  });
  queue = sent.catch(() => {});
  const error = await sent.then(
    () => undefined,
    (reason: Error) => reason,
  );
  if (error === undefined) leaveUpload(id);
  // Of one that was stopped, nothing is there any more to be changed.
  else change(id, { error: error.message });
  return error === undefined;
}

function change(id: number, to: Partial<Upload>): void {
  set(uploads.map((one) => (one.id === id ? { ...one, ...to } : one)));
}

function set(next: readonly Upload[]): void {
  const wasSending = isSending();
  uploads = next;
  if (wasSending !== isSending()) warnBeforeLeaving(!wasSending);
  for (const watcher of watchers) watcher();
}

function isSending(): boolean {
  return uploads.some(({ error }) => error === undefined);
}

const ask = (event: BeforeUnloadEvent) => event.preventDefault();

/** A closed tab ends what it sends. */
function warnBeforeLeaving(warn: boolean): void {
  if (warn) window.addEventListener("beforeunload", ask);
  else window.removeEventListener("beforeunload", ask);
}
