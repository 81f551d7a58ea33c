import { NoxusError } from "./noxus-error.ts";

/** The system's codes for no space and no quota, and PostgreSQL's. */
const codes: ReadonlySet<unknown> = new Set(["ENOSPC", "EDQUOT", "53100"]);
/** As uv, npm and Git put it. */
const words = /No space left on device|Disk quota exceeded|ENOSPC/;

/**
 * The error as what it is where somewhere beneath it lies a full disk: whoever reads "environment failed" or "internal" would
 * look for the fault in the wrong place. Undefined for any other error.
 */
export function diskFull(error: unknown): NoxusError | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, path } = cause as NodeJS.ErrnoException;
    if (!codes.has(code) && !words.test(cause.message)) continue;
    const where = path ? ` (${path})` : "";
    return new NoxusError(
      "disk_full",
      `The disk is full${where}. Free some space, for instance by uninstalling plugins or deleting runs and files, and try again.`,
      { cause: error },
    );
  }
  return undefined;
}
