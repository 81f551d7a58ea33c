import { queryClient } from "../api/query-client.ts";
import { sendFile } from "../api/send-file.ts";
import { askBeforeLeaving } from "../parts/ask-before-leaving.ts";
import { sayDone } from "../parts/say.ts";
import { shared, useShared } from "../parts/shared.ts";
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
const uploads = shared<readonly Upload[]>([]);
/** Several at once would only share the same line. */
let queue: Promise<unknown> = Promise.resolve();
let lastId = 0;

/** Files on their way, and those that did not arrive. */
export function useUploads(): readonly Upload[] {
  return useShared(uploads);
}

/** Sends files one after the other, and tells of each how far it is; what failed stays until it is sent again or left. */
export async function sendFiles(files: readonly File[]): Promise<void> {
  const sent = files.map(begin);
  const arrived = (await Promise.all(sent)).filter(Boolean).length;
  if (arrived > 0) sayDone(texts.uploaded(arrived));
  await queryClient.invalidateQueries({ queryKey: ["files"] });
}

export function leaveUpload(id: number): void {
  set(uploads.get().filter((one) => one.id !== id));
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
  set([...uploads.get(), { id, file, percent: 0, stop }]);
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
  set(uploads.get().map((one) => (one.id === id ? { ...one, ...to } : one)));
}

let stopAsking: (() => void) | undefined;

function set(next: readonly Upload[]): void {
  uploads.set(next);
  // A closed tab ends what it sends.
  if (next.some(({ error }) => error === undefined)) stopAsking ??= askBeforeLeaving();
  else {
    stopAsking?.();
    stopAsking = undefined;
  }
}
