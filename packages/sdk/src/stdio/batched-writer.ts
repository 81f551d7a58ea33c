import type { Writable } from "node:stream";

/** Joins the lines of one turn of the event loop: with many answers at once, a write each is what takes the time. */
export function batchedWriter(output: Writable): (line: string) => void {
  let lines: string[] = [];
  const flush = () => {
    const text = lines.length === 1 ? (lines[0] ?? "") : lines.join("");
    lines = [];
    output.write(text);
  };
  return (line) => {
    if (lines.push(line) === 1) queueMicrotask(() => queueMicrotask(flush));
  };
}
