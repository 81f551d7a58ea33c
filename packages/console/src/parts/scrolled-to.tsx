import { useEffect, useRef } from "react";

/** How far ahead of the window: the next rows are there before somebody has scrolled to them. */
const ahead = "1200px";

/** Stands at the end of what is shown, and tells when somebody is about to see the end. */
export function ScrolledTo({ onReach }: { onReach: () => void }) {
  const mark = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!mark.current) return;
    const watcher = new IntersectionObserver(([entry]) => entry?.isIntersecting && onReach(), {
      rootMargin: ahead,
    });
    watcher.observe(mark.current);
    return () => watcher.disconnect();
  }, [onReach]);
  return <div ref={mark} />;
}
