import { type ErrorBody, type ErrorCode, errorCodes, NoxusError } from "@noxus/contracts";
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

export interface EndedProgram {
  name: string;
  /** How it ended: `exit code 1`. */
  words: string;
  stderr: string;
  /** What it told its parent of the error that ended it. */
  told?: ErrorBody | undefined;
  logPath: string;
}

/**
 * Why a program ended: what it told, else in its own last words: what it printed for people, else its last logged error,
 * else what was thrown, else its last lines.
 */
export function failureOf({ name, words, stderr, told, logPath }: EndedProgram): NoxusError {
  const printed = /^error: ([\s\S]*)$/m.exec(stderr)?.[1]?.trim();
  const logged = stderr
    .split("\n")
    .map(parseLogLine)
    .findLast((line) => line !== undefined);
  const thrown = /^\w*Error(?: \[\w+\])?: .*/m.exec(stderr)?.[0];
  const message =
    told?.detail ?? printed ?? logged?.message ?? thrown ?? (lastLines(stderr, 3) || "it wrote nothing");
  const code = [told?.error, logged?.code].find((word) => word !== undefined && word in errorCodes);
  return new NoxusError(
    (code as ErrorCode) ?? "internal",
    `${name} did not start (${words}): ${message}\nIts log: ${logPath}`,
  );
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
