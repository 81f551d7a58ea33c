import { useCallback, useState } from "react";
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
}

/** Several at once would only share the same line. */
let queue: Promise<unknown> = Promise.resolve();
let lastId = 0;

/** Sends files one after the other, and tells of each how far it is; what failed stays until it is sent again or left. */
export function useUploads() {
  const [uploads, setUploads] = useState<Upload[]>([]);
  const change = useCallback(
    (id: number, to: Partial<Upload> | undefined) =>
      setUploads((all) => all.flatMap((one) => (one.id !== id ? [one] : to ? [{ ...one, ...to }] : []))),
    [],
  );
  const send = useCallback(
    async (files: readonly File[]) => {
      const added = files.map((file) => ({ id: ++lastId, file, percent: 0 }));
      setUploads((all) => [...all, ...added]);
      const sent = added.map(({ id, file }) => {
        const one = queue.then(() => sendOne(file, (percent) => change(id, { percent })));
        queue = one.catch(() => {});
        return one.then(
          () => change(id, undefined),
          (error: Error) => {
            change(id, { error: error.message });
            throw error;
          },
        );
      });
      const arrived = (await Promise.allSettled(sent)).filter(({ status }) => status === "fulfilled").length;
      if (arrived > 0) sayDone(texts.uploaded(arrived));
      await queryClient.invalidateQueries({ queryKey: ["files"] });
    },
    [change],
  );
  const leave = useCallback((id: number) => change(id, undefined), [change]);
  return { uploads, send, leave };
}

function sendOne(file: File, onPercent: (percent: number) => void): Promise<unknown> {
  return sendFile("/v1/file", file, { onPercent });
}
