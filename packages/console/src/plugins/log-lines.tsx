import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import { texts } from "../texts/logs.ts";
import { levelOf } from "./log-level.ts";
import type { LogLine } from "./log-stream.ts";

/** Lines of a log, of which only those in view are drawn; stays at the end while it is followed. */
export function LogLines({ lines, follow }: { lines: LogLine[]; follow: boolean }) {
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => 20,
    overscan: 30,
    getItemKey: (index) => lines[index]?.number ?? index,
  });
  const last = lines.at(-1)?.number;
  useEffect(() => {
    if (follow && last !== undefined) virtual.scrollToIndex(lines.length - 1, { align: "end" });
  }, [follow, last, lines.length, virtual]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div ref={box} className="log" role="log" aria-label={texts.label} tabIndex={0}>
      <div className="log-lines" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, key, start }) => {
          const line = lines[index];
          if (!line) return null;
          return (
            <div
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              className="log-line"
              data-tone={levelOf(line)}
              style={{ transform: `translateY(${start}px)` }}
            >
              <span className="soft" title={line.at}>
                {line.at.slice(11, 23)}
              </span>
              <span className="soft">{line.stream}</span>
              <span>{line.text}</span>
            </div>
          );
        })}
      </div>
    </div>
  );
}
