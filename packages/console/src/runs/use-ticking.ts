import { useEffect, useState } from "react";

/** The time, ms since the epoch, that goes on while something does, every 250 ms where nothing else is said. */
export function useTicking(goesOn: boolean, everyMs = 250): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!goesOn) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [goesOn, everyMs]);
  return now;
}
