import { useEffect, useState } from "react";

/** One line that a plugin, or its server, wrote. */
export interface LogLine {
  at: string;
  stream: "stdout" | "stderr" | "server";
  text: string;
  instanceId?: string;
  /** The call that it was written in, where the plugin's SDK says it. */
  runId?: string;
  nodeId?: string;
  /** Its place in this reading. */
  number: number;
}

/** What a page keeps; the download has all. */
const maxLines = 5_000;
/** Lines that come together are shown together: a plugin that writes thousands a second must not freeze the page. */
const showEveryMs = 150;
const reopenAfterMs = 2_000;

/** A plugin's log as it grows; `lost` while the stream is broken and opened again. */
export function useLogStream(id: string, tail: number): { lines: LogLine[]; loaded: boolean; lost: boolean } {
  const [lines, setLines] = useState<LogLine[]>();
  const [lost, setLost] = useState(false);
  useEffect(() => followLog(id, tail, setLines, setLost), [id, tail]);
  return { lines: lines ?? [], loaded: lines !== undefined, lost };
}

function followLog(
  id: string,
  tail: number,
  show: (change: (lines?: LogLine[]) => LogLine[]) => void,
  setLost: (lost: boolean) => void,
): () => void {
  let waiting: LogLine[] = [];
  let number = 0;
  let fresh = true;
  let opened = false;
  let reopening: ReturnType<typeof setTimeout> | undefined;
  const open = () => {
    const stream = new EventSource(`/v1/plugins/${encodeURIComponent(id)}/logs?tail=${tail}&follow=true`);
    stream.onopen = () => {
      // A stream that is opened again begins with its tail again.
      fresh = true;
      opened = true;
      setLost(false);
    };
    stream.onerror = () => {
      setLost(true);
      // Refused, for instance because no plugin server has the plugin yet: the browser would not ask again.
      if (stream.readyState === EventSource.CLOSED) reopening = setTimeout(reopen, reopenAfterMs);
    };
    stream.onmessage = ({ data }) => {
      number += 1;
      waiting.push({ ...(JSON.parse(data) as Omit<LogLine, "number">), number });
    };
    return stream;
  };
  let source = open();
  const reopen = () => {
    source = open();
  };
  const timer = setInterval(() => {
    // An empty log is shown as empty once its stream is open.
    if (waiting.length === 0) return opened && show((lines) => lines ?? []);
    const [batch, replace] = [waiting, fresh];
    waiting = [];
    fresh = false;
    show((lines) => [...(replace ? [] : (lines ?? [])), ...batch].slice(-maxLines));
  }, showEveryMs);
  return () => {
    clearInterval(timer);
    clearTimeout(reopening);
    source.close();
  };
}
