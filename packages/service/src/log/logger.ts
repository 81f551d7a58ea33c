import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger } from "pino";

/** Fields whose values never reach a log line, at the top and one and two levels down. */
const secretFields = [
  "apiKey",
  "api_key",
  "password",
  "token",
  "secret",
  "authorization",
  "credentials",
  "integration_credentials",
  "callToken",
  "call_token",
  "webhookSecret",
  "x-api-key",
];

const redactPaths = secretFields.flatMap((field) => {
  const key = field.includes("-") ? `["${field}"]` : field;
  const below = field.includes("-") ? key : `.${key}`;
  return [key, `*${below}`, `*.*${below}`];
});

/**
 * The logger of one program. A log line is a constant sentence plus fields; children carry fixed fields
 * (`pluginId`, `runId`). JSON lines on stderr: stdout belongs to what a program is asked to print.
 */
export function createLogger({
  program,
  level,
  destination,
}: {
  program: string;
  level: string;
  destination?: DestinationStream;
}): Logger {
  const options = {
    level,
    base: { program, pid: process.pid },
    redact: { paths: redactPaths, censor: "[redacted]" },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, destination ?? pino.destination({ dest: 2, sync: false }));
}
