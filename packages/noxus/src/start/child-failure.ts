import { type ErrorCode, errorCodes, NoxusError } from "@noxus/contracts";
import { z } from "zod";

const logLineSchema = z.looseObject({
  level: z.string().optional(),
  msg: z.string().optional(),
  code: z.string().optional(),
  err: z
    .looseObject({
      message: z.string().optional(),
      code: z.string().optional(),
    })
    .optional(),
});

/**
 * Why a program ended, in its own last words: what it printed for people, else its last logged error, else what was
 * thrown, else its last lines.
 */
export function failureFromLog(name: string, words: string, stderr: string, logPath: string): NoxusError {
  const printed = /^error: ([\s\S]*)$/m.exec(stderr)?.[1]?.trim();
  const logged = stderr
    .split("\n")
    .map(parseLogLine)
    .findLast((line) => line !== undefined);
  const thrown = /^\w*Error(?: \[\w+\])?: .*/m.exec(stderr)?.[0];
  const message = printed ?? logged?.message ?? thrown ?? (lastLines(stderr, 3) || "it wrote nothing");
  const code = logged?.code && logged.code in errorCodes ? (logged.code as ErrorCode) : "internal";
  return new NoxusError(code, `${name} did not start (${words}): ${message}\nIts log: ${logPath}`);
}

function parseLogLine(line: string): { message: string; code?: string | undefined } | undefined {
  const parsed = logLineSchema.safeParse(parseJson(line));
  if (!parsed.success || !["error", "fatal"].includes(parsed.data.level ?? "")) return undefined;
  const { err, msg, code } = parsed.data;
  return { message: err?.message ?? msg ?? "", code: err?.code ?? code };
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Without the lines of a stack: what was thrown stands before them. */
function lastLines(text: string, count: number): string {
  const lines = text
    .trim()
    .split("\n")
    .filter((line) => !/^\s+at /.test(line));
  return lines.slice(-count).join("\n");
}
