const day = 86_400_000;
const units: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", day],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });

/** "3 min. ago", "in 10 sec."; older than a week the date. */
export function relativeTime(time: number, now: number): string {
  const difference = time - now;
  if (Math.abs(difference) > 7 * day) return new Date(time).toLocaleDateString("en-GB");
  if (Math.abs(difference) < 1_000) return "now";
  const [unit, ms] = units.find(([, size]) => Math.abs(difference) >= size) ?? ["second", 1_000];
  return relative.format(Math.trunc(difference / ms), unit);
}

/** "850 ms", "2.3 s", "4 min 05 s". */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(seconds / 3_600)} h ${String(Math.floor(seconds / 60) % 60).padStart(2, "0")} min`;
}

/** "512 B", "48.0 kB", "1.2 MB". */
export function byteSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`;
  const names = ["kB", "MB", "GB", "TB"];
  const power = Math.min(names.length, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1_000 ** power).toFixed(1)} ${names[power - 1]}`;
}
