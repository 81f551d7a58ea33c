import { type PointerEvent, type ReactNode, useState } from "react";
import { duration } from "../parts/format.ts";

/** The run's time from its creation, over the bars. */
export function TimeAxis({ lengthMs }: { lengthMs: number }) {
  return (
    <div className="time-axis" aria-hidden>
      {[0, 0.25, 0.5, 0.75, 1].map((part) => (
        <span key={part} style={{ left: `${part * 100}%` }}>
          {part === 0 ? "0" : duration(part * lengthMs)}
        </span>
      ))}
    </div>
  );
}

/** Says at which time of the run the pointer is. */
export function TimePointer({ lengthMs, children }: { lengthMs: number; children: ReactNode }) {
  const [part, setPart] = useState<number>();
  const follow = ({ currentTarget, clientX }: PointerEvent<HTMLElement>) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    const style = getComputedStyle(currentTarget);
    const from = left + Number.parseFloat(style.getPropertyValue("--time-name"));
    const until = left + width - Number.parseFloat(style.getPropertyValue("--time-took"));
    const at = (clientX - from) / (until - from);
    setPart(at >= 0 && at <= 1 ? at : undefined);
  };
  return (
    <div className="time-pointed" onPointerMove={follow} onPointerLeave={() => setPart(undefined)}>
      {children}
      {part !== undefined && (
        <div className="time-pointer" aria-hidden>
          <span style={{ left: `${part * 100}%` }}>
            <b data-before={part > 0.8}>{duration(part * lengthMs)}</b>
          </span>
        </div>
      )}
    </div>
  );
}
