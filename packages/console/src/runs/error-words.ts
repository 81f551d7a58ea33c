import type { RunError } from "@noxus/contracts";

/** What is said of an error at once: about two lines. */
const mostWords = 280;

/** An error's words for people: a sentence, and where there is more, all of it. */
export interface ErrorWords {
  title: string;
  more: string | undefined;
}

/** Of a traceback the last line says what is wrong; of a long text the beginning does. */
export function errorWords(message: string): ErrorWords {
  const lines = message.split("\n").filter((line) => line.trim() !== "");
  const first = lines[0] ?? message;
  const trace = lines.findIndex((line) => line.includes("Traceback (most recent call last)"));
  const title = trace < 0 ? first : `${before(lines, trace)}${lines.at(-1)?.trim() ?? ""}`;
  if (lines.length <= 1 && first.length <= mostWords) return { title: first, more: undefined };
  return { title: title.length > mostWords ? `${title.slice(0, mostWords)}…` : title, more: message };
}

/** What was said before the traceback began, such as the node's name. */
function before(lines: readonly string[], trace: number): string {
  if (trace > 0) return `${lines[0]} `;
  return (lines[0] ?? "").split("Traceback", 1)[0] ?? "";
}

/** Of an error that a plugin's call ended with, the plugin server's own code says more. */
export function innerCode({ code, data }: RunError): string {
  const inner = (data as { code?: unknown } | undefined)?.code;
  return typeof inner === "string" ? inner : code;
}
