import { NoxusError } from "@noxus/contracts";
import type { SourceLimits } from "./source-limits.ts";

/**
 * The path of an archive's entry, without `.` and doubled slashes; empty for the root itself.
 *
 * @throws NoxusError archive_path_unsafe for whatever is absolute, leads up, or means something else on another system.
 */
export function safeEntryPath(path: string, limits: SourceLimits): string {
  const refusal = refusalOf(path, limits);
  if (refusal)
    throw new NoxusError(
      "archive_path_unsafe",
      `The entry ${quoted(path)} ${refusal}. Expected were relative paths inside the archive; pack the plugin's folder again.`,
      { data: { entry: path.slice(0, 200) } },
    );
  return segmentsOf(path).join("/");
}

function refusalOf(path: string, limits: SourceLimits): string | undefined {
  const segments = segmentsOf(path);
  if (path.includes("\0")) return "has a NUL character in its path";
  if (path.includes("\\")) return "has a backslash in its path";
  if (path.startsWith("/")) return "is an absolute path";
  if (/^[a-z]:/i.test(path)) return "begins with a drive letter";
  if (segments.includes("..")) return "leads up with `..`";
  if (Buffer.byteLength(path) > limits.maxPathBytes) return `is longer than ${limits.maxPathBytes} bytes`;
  if (segments.some((segment) => Buffer.byteLength(segment) > 255))
    return "has a name of more than 255 bytes";
  if (segments.length > limits.maxDepth) return `lies more than ${limits.maxDepth} folders deep`;
  return undefined;
}

function segmentsOf(path: string): string[] {
  return path.split("/").filter((segment) => segment !== "" && segment !== ".");
}

/** For messages: short, and without control characters. */
export function quoted(path: string): string {
  return JSON.stringify(path.length > 200 ? `${path.slice(0, 200)}…` : path);
}
