import { type ErrorCode, errorCodes, NoxusError } from "@noxus/contracts";
import { z } from "zod";

const logLineSchema = z.looseObject({
  level: z.string().optional(),
  msg: z.string().optional(),
  code: z.string().optional(),
  err: z.looseObject({ message: z.string().optional(), code: z.string().optional() }).optional(),
});

/** Why a program ended, in its own last words: the last error that it logged, else the end of what it wrote. */
export function failureFromLog(name: string, words: string, stderr: string, logPath: string): NoxusError {
  const said = stderr
    .trim()
    .split("\n")
    .map(parse)
    .findLast((line) => line !== undefined);
  const message = said?.message ?? (lastLines(stderr, 3) || "it wrote nothing");
  const code = said?.code && said.code in errorCodes ? (said.code as ErrorCode) : "internal";
  return new NoxusError(code, `${name} did not start (${words}): ${message}\nIts log: ${logPath}`);
}

/** `error: …` as programs print for people, or an error line of the log. */
function parse(line: string): { message: string; code?: string | undefined } | undefined {
  if (line.startsWith("error: ")) return { message: line.slice("error: ".length) };
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

function lastLines(text: string, count: number): string {
  return text.trim().split("\n").slice(-count).join("\n");
}
