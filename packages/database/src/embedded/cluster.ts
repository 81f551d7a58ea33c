import { spawn } from "node:child_process";
import { chmod, lchown, mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { NoxusError } from "@noxus/contracts";
import { majorVersion, type PostgresBinaries } from "./binaries.ts";
import { chooseInitUser, commandAs, type ServerUser } from "./server-user.ts";

export interface CreateClusterOptions {
  binaries: PostgresBinaries;
  /** The database folder; the cluster becomes its `data`. */
  folder: string;
  serverUser: ServerUser;
  /** Whether the new files are written through to the disk; half of the time that it takes. */
  sync: boolean;
  signal: AbortSignal;
}

const newPrefix = "new-";

/**
 * Makes an empty cluster with `initdb` beside its final place and renames it: a cluster that is there is whole,
 * whenever we were killed.
 *
 * @throws NoxusError `database_start_failed` with initdb's own words.
 */
export async function createCluster(options: CreateClusterOptions): Promise<void> {
  const { binaries, folder, serverUser } = options;
  await removeUnfinished(folder);
  const unfinished = join(folder, `${newPrefix}${process.pid}`);
  await mkdir(unfinished, { mode: 0o700 });
  // Under root, initdb runs as another user than the server: both must pass, one after the other.
  if (serverUser.ids) await chmod(folder, 0o711);
  const initUser = await chooseInitUser(serverUser, [binaries.initdb, unfinished]);
  if (initUser.ids) await lchown(unfinished, initUser.ids.uid, initUser.ids.gid);
  await runInitdb(unfinished, initUser, options);
  if (serverUser.ids) await giveAway(unfinished, serverUser.ids);
  await rename(unfinished, join(folder, "data"));
}

async function removeUnfinished(folder: string): Promise<void> {
  const left = (await readdir(folder)).filter((name) => name.startsWith(newPrefix));
  await Promise.all(left.map((name) => rm(join(folder, name), { recursive: true, force: true })));
}

async function runInitdb(
  dataPath: string,
  user: ServerUser,
  { binaries, sync, signal }: CreateClusterOptions,
): Promise<void> {
  // The built-in provider sorts alike on every machine, whatever locales it has. It came with 17.
  const locale =
    (await majorVersion(binaries)) >= 17
      ? ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
      : ["--locale=C"];
  const args = [`--pgdata=${dataPath}`, "--username=postgres", "--auth=trust", "--encoding=UTF8", ...locale];
  if (!sync) args.push("--no-sync");
  const command = commandAs(user, binaries.initdb, args);
  const child = spawn(command.file, command.args, {
    cwd: "/",
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C", TZ: "UTC" },
    stdio: ["ignore", "ignore", "pipe"],
    ...command.ids,
    signal,
  });
  const exit = Promise.withResolvers<number | null>();
  child.once("error", exit.reject).once("close", exit.resolve);
  const [code, stderr] = await Promise.all([exit.promise, text(child.stderr)]);
  if (code !== 0)
    throw new NoxusError(
      "database_start_failed",
      `PostgreSQL's initdb could not make a database in ${dataPath} (exit code ${code}): ${stderr.trim() || "it said nothing"}`,
    );
}

async function giveAway(path: string, ids: { uid: number; gid: number }): Promise<void> {
  const entries = await readdir(path, { recursive: true });
  await Promise.all(["", ...entries].map((entry) => lchown(join(path, entry), ids.uid, ids.gid)));
}
