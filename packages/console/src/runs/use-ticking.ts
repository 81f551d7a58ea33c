import { useEffect, useState } from "react";

/** Often enough that a bar is seen to grow. */
const tickMs = 250;

/** The time, ms since the epoch, that goes on while something does. */
export function useTicking(goesOn: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!goesOn) return;
    const timer = setInterval(() => setNow(Date.now()), tickMs);
    return () => clearInterval(timer);
  }, [goesOn]);
  return now;
}
