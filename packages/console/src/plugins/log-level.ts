/** How loud a line is. Plugins write what they like: the words that loggers use are looked for near the line's beginning. */
export function levelOf({ text }: { text: string }): "bad" | "warn" | undefined {
  const head = text.slice(0, 160);
  if (/\b(ERROR|CRITICAL|FATAL)\b|^Traceback|^\w*(Error|Exception):/.test(head)) return "bad";
  return /\bWARN(ING)?\b/.test(head) ? "warn" : undefined;
}
