import { access, constants, readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { NoxusError } from "@noxus/contracts";

/** A user to run a program under, and how it gets to files below folders that are closed to it. */
export interface ServerUser {
  /** Undefined: the user that we are. */
  ids: { uid: number; gid: number } | undefined;
  /** Path of `setpriv`, where the program needs to pass folders that only root may enter. */
  setpriv: string | undefined;
}

/** A program with its arguments, to be spawned so. */
export interface Command {
  file: string;
  args: string[];
  ids: { uid: number; gid: number } | undefined;
}

/**
 * PostgreSQL refuses root. Under root it gets a uid that nobody else has: no account is made, the server needs none.
 * The number lies where neither distributions nor systemd hand any out.
 */
const ownUid = 60_932;

/**
 * Whom to run PostgreSQL as: ourselves, or, where we are root, the owner of the data if that is not root, or else a
 * uid of its own.
 *
 * @param owners the data, and what it lies in where there is none yet; the first that exists counts.
 * @param paths what the server must reach: its programs and its data.
 * @throws NoxusError `database_start_failed` where it cannot reach them, naming the folder that is closed.
 */
export async function chooseServerUser(owners: string[], paths: string[]): Promise<ServerUser> {
  if (process.getuid?.() !== 0) return { ids: undefined, setpriv: undefined };
  const owner = await ownerOf(owners);
  const ids = owner.uid === 0 ? { uid: ownUid, gid: ownUid } : { uid: owner.uid, gid: owner.gid };
  return { ids, setpriv: await passage(ids, paths) };
}

/**
 * For `initdb`, which looks its user up in the user database and refuses one that is not there: the server's own, or
 * else `nobody`, or else any that is not root. What it made is handed to the server's user afterwards.
 */
export async function chooseInitUser(server: ServerUser, paths: string[]): Promise<ServerUser> {
  if (!server.ids) return server;
  const users = parseUsers(await readFile("/etc/passwd", "utf8").catch(() => ""));
  const chosen =
    users.find(({ uid }) => uid === server.ids?.uid) ??
    users.find(({ name }) => name === "nobody") ??
    users.find(({ uid }) => uid !== 0);
  if (!chosen)
    throw new NoxusError(
      "database_start_failed",
      "PostgreSQL refuses to run as root, and /etc/passwd names no other user. Add one, start as another user, or set DATABASE_URL.",
    );
  const ids = { uid: chosen.uid, gid: chosen.gid };
  return { ids, setpriv: await passage(ids, paths) };
}

/** The command that runs a program as that user. */
export function commandAs({ ids, setpriv }: ServerUser, file: string, args: string[]): Command {
  if (!setpriv || !ids) return { file, args, ids };
  const only = "-all,+dac_read_search";
  const drop = [`--reuid=${ids.uid}`, `--regid=${ids.gid}`, "--clear-groups", "--no-new-privs"];
  // The secure bit lets the capability count in access() too, with which PostgreSQL's programs look each other up.
  const keep = [
    "--securebits=+no_setuid_fixup",
    `--inh-caps=${only}`,
    `--ambient-caps=${only}`,
    `--bounding-set=${only}`,
  ];
  return { file: setpriv, args: [...drop, ...keep, "--", file, ...args], ids: undefined };
}

/**
 * How the user passes the folders above: not at all (undefined: all are open), or by `setpriv`, which leaves it the one
 * capability to read and enter everything. A data folder below root's home needs that; the database's own role is no
 * superuser and cannot read files through it.
 */
async function passage(ids: { uid: number; gid: number }, paths: string[]): Promise<string | undefined> {
  const closed = (await Promise.all(paths.map((path) => firstClosed(path, ids)))).find(Boolean);
  if (closed === undefined) return undefined;
  const setpriv = (await mayPassAnything()) ? await findSetpriv() : undefined;
  if (setpriv) return setpriv;
  throw new NoxusError(
    "database_start_failed",
    `PostgreSQL cannot run as root, and as uid ${ids.uid} it cannot enter ${closed}. Run "chmod o+x ${closed}", choose a data folder elsewhere, start as another user, or set DATABASE_URL.`,
    { data: { folder: closed, uid: ids.uid } },
  );
}

/** The topmost folder above a path that the user may not enter. */
async function firstClosed(path: string, ids: { uid: number; gid: number }): Promise<string | undefined> {
  const above = dirname(path);
  const higher = above === path ? undefined : await firstClosed(above, ids);
  if (higher !== undefined) return higher;
  const found = await stat(above).catch(() => undefined);
  if (!found) return undefined;
  const bit = found.uid === ids.uid ? 0o100 : found.gid === ids.gid ? 0o010 : 0o001;
  return found.mode & bit ? undefined : above;
}

/** CAP_DAC_READ_SEARCH is bit 2. Containers usually take it away from root. */
async function mayPassAnything(): Promise<boolean> {
  const status = await readFile("/proc/self/status", "utf8").catch(() => "");
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0";
  return (BigInt(`0x${effective}`) & 4n) !== 0n;
}

async function findSetpriv(): Promise<string | undefined> {
  for (const path of ["/usr/bin/setpriv", "/bin/setpriv"])
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  return undefined;
}

async function ownerOf(paths: string[]): Promise<{ uid: number; gid: number }> {
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    if (found) return found;
  }
  return { uid: 0, gid: 0 };
}

function parseUsers(passwd: string): { name: string; uid: number; gid: number }[] {
  return passwd
    .split("\n")
    .map((line) => line.split(":"))
    .filter((fields) => fields.length >= 4)
    .map(([name = "", , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
}
