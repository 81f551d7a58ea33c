/** A call's lines in the plugin's log. Never write secrets: the log is kept. */
export interface Log {
  debug(message: string, fields?: object): void;
  info(message: string, fields?: object): void;
  warning(message: string, fields?: object): void;
  error(message: string, fields?: object): void;
}

export type LogLevel = keyof Log;

/** Lines on stderr: the time, the level, the message, then the fields as JSON. */
export const stderrLog: Log = logTo((line) => process.stderr.write(`${line}\n`));

export function logTo(write: (line: string) => void): Log {
  const at = (level: LogLevel) => (message: string, fields?: object) =>
    write(
      `${new Date().toISOString()} | ${level.toUpperCase().padEnd(7)} | ${message}${fields ? ` ${asJson(fields)}` : ""}`,
    );
  return { debug: at("debug"), info: at("info"), warning: at("warning"), error: at("error") };
}

/** A log line must not fail the call that writes it. */
function asJson(fields: object): string {
  try {
    return JSON.stringify(fields);
  } catch (error) {
    return `(fields that are no JSON: ${(error as Error).message})`;
  }
}
