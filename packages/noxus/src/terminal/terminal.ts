import pc from "picocolors";

/** Where a command prints: data on stdout, everything else on stderr. */
export interface Terminal {
  /** Machine-readable: data as one JSON value, no progress, errors as JSON on stderr. */
  json: boolean;
  /** Whether a line on stderr may be rewritten (a real terminal, and not `json`). */
  live: boolean;
  colors: ReturnType<typeof pc.createColors>;
  /** One line of data, on stdout. */
  out(line: string): void;
  /** The command's result: with `json` the value itself, otherwise lines made from it. */
  print(value: unknown, lines: () => readonly string[]): void;
  /** One line of progress or comment, on stderr; nothing with `json`. */
  note(line: string): void;
  /** Shows a line that the next note, live line or `undefined` replaces; nothing where lines cannot be rewritten. */
  rewrite(line: string | undefined): void;
}

export function createTerminal(
  { json, color }: { json: boolean; color?: boolean },
  { stdout, stderr }: { stdout: NodeJS.WriteStream; stderr: NodeJS.WriteStream } = process,
): Terminal {
  const live = !json && stderr.isTTY === true;
  const clear = live ? "\r\x1b[K" : "";
  const out = (line: string) => void stdout.write(`${line}\n`);
  return {
    json,
    live,
    colors: pc.createColors(color ?? (stdout.isTTY === true && stderr.isTTY === true)),
    out,
    print: (value, lines) => {
      for (const line of json ? [JSON.stringify(value)] : lines()) out(line);
    },
    note: (line) => {
      if (!json) stderr.write(`${clear}${line}\n`);
    },
    rewrite: (line) => {
      if (live) stderr.write(clear + (line ? cut(line, stderr.columns) : ""));
    },
  };
}

/** A line longer than the terminal wraps, and could then not be rewritten. Some terminals say that they have 0 columns. */
function cut(line: string, width: number | undefined): string {
  const columns = width || 80;
  return line.length < columns ? line : `${line.slice(0, columns - 2)}…`;
}
