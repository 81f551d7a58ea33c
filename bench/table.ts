/** One measured figure beside what it should be. `ok` is absent where there is no target. */
export interface Figure {
  name: string;
  value: string;
  target?: string;
  ok?: boolean;
}

/** A section of the report as aligned text. */
export function toTable(title: string, figures: readonly Figure[]): string {
  const rows = figures.map(({ name, value, target = "", ok }) => [
    name,
    value,
    target,
    ok === undefined ? "" : ok ? "reached" : "missed",
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return `\n${title}\n${rows.map((row) => `  ${line(row)}`).join("\n")}\n`;
}

export const ms = (value: number): string => `${value.toFixed(value < 10 ? 2 : 0)} ms`;
export const times = (value: number): string => `${value.toFixed(2)}×`;
export const perSecond = (value: number): string => `${Math.round(value).toLocaleString("en")}/s`;
export const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
export const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(2)} s`;
