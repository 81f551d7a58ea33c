/** Shorter values are ordinary words more often than secrets. */
const shortestSecret = 6;

/** A counted set of values that must not be shown; the same value may be hidden by several calls at once. */
export function createSecrets(): {
  hide(values: Iterable<string>): () => void;
  redact(text: string): string;
} {
  const counts = new Map<string, number>();
  return {
    hide(values) {
      const hidden = [...new Set(values)].filter((value) => value.length >= shortestSecret);
      for (const value of hidden) counts.set(value, (counts.get(value) ?? 0) + 1);
      let done = false;
      return () => {
        if (done) return;
        done = true;
        for (const value of hidden) {
          const left = (counts.get(value) ?? 1) - 1;
          if (left > 0) counts.set(value, left);
          else counts.delete(value);
        }
      };
    },
    redact(text) {
      let redacted = text;
      for (const value of counts.keys()) redacted = redacted.replaceAll(value, "[redacted]");
      return redacted;
    },
  };
}
