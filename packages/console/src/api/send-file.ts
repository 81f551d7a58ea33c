import type { ErrorBody } from "@noxus/contracts";
import { ApiError } from "./client.ts";

export interface SendFileOptions {
  /** Whole percents of the file that have left the browser. */
  onPercent: (percent: number) => void;
  signal?: AbortSignal;
}

/** Sends a file as a form does; `fetch` tells nothing of an upload's progress, so this is the older way. @throws ApiError */
export function sendFile<T>(path: string, file: File, { onPercent, signal }: SendFileOptions): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const form = new FormData();
  form.set("file", file);
  const sending = new XMLHttpRequest();
  sending.open("POST", path);
  sending.responseType = "json";
  sending.upload.onprogress = ({ loaded, total }) => onPercent(Math.floor((100 * loaded) / total));
  sending.onerror = () => reject(new ApiError(0, {}, "The upload broke off. Try it again."));
  sending.onabort = () => reject(new DOMException("The upload was given up.", "AbortError"));
  sending.onload = () => {
    if (sending.status < 300) resolve(sending.response as T);
    else reject(refusal(sending));
  };
  signal?.addEventListener("abort", () => sending.abort(), { once: true });
  sending.send(form);
  return promise;
}

function refusal({ status, response }: XMLHttpRequest): ApiError {
  return new ApiError(status, (response ?? {}) as Partial<ErrorBody>, `The platform answered ${status}.`);
}
