import type { ErrorBody, Plugin } from "@noxus/contracts";
import { ApiError } from "../api/client.ts";

/** Uploads a package and installs it; `fetch` tells nothing of an upload's progress, so this is the older way. */
export function sendPackage(file: File, onPercent: (percent: number) => void): Promise<Plugin> {
  const { promise, resolve, reject } = Promise.withResolvers<Plugin>();
  const form = new FormData();
  form.set("file", file);
  const sending = new XMLHttpRequest();
  sending.open("POST", "/v1/plugins/upload");
  sending.responseType = "json";
  sending.upload.onprogress = ({ loaded, total }) => onPercent(Math.floor((100 * loaded) / total));
  sending.onerror = () => reject(new ApiError(0, {}, "The upload broke off. Try it again."));
  sending.onload = () => {
    if (sending.status < 300) resolve(sending.response as Plugin);
    else
      reject(
        new ApiError(
          sending.status,
          (sending.response ?? {}) as Partial<ErrorBody>,
          `The platform answered ${sending.status}.`,
        ),
      );
  };
  sending.send(form);
  return promise;
}
