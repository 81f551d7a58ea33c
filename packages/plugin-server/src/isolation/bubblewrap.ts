import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { delimiter, dirname, isAbsolute, join } from "node:path";

export interface Confined {
  command: string;
  args: readonly string[];
  /** Working folder, and the only one that it may write. */
  folder: string;
  /** What it may read beside the system's own folders. */
  readable: readonly string[];
  /** Its user id where the server is root; without one it keeps the server's, inside a user namespace of its own. */
  user: number | undefined;
  /** Processes and threads at once, children included. */
  maxProcesses: number;
}

/** What programs look up on any system; nothing in it is a secret. */
const systemFiles = [
  "ld.so.cache",
  "ld.so.conf",
  "ld.so.conf.d",
  "resolv.conf",
  "hosts",
  "nsswitch.conf",
  "ssl",
  "pki",
  "ca-certificates",
  "localtime",
  "timezone",
  "alternatives",
  "mime.types",
  "fonts",
];
/** Links to folders in /usr on today's systems, folders of their own on older ones. */
const systemFolders = ["/bin", "/sbin", "/lib", "/lib64"];
/** Of its /tmp, which is memory; larger things belong into the working folder. */
const temporaryBytes = 64 * 1024 * 1024;

/** Where the program is, on this PATH. */
export function findBubblewrap(path = "/usr/local/bin:/usr/bin:/bin"): string | undefined {
  const folders = path.split(delimiter).filter(isAbsolute);
  return folders.map((folder) => join(folder, "bwrap")).find((file) => existsSync(file));
}

/** The arguments for `bwrap` that confine a command; it keeps the environment that `bwrap` is started with. */
export function bubblewrapArguments(confined: Confined): string[] {
  const { folder, readable, user } = confined;
  return [
    ...namespaces(user),
    ...systemView(),
    ...["--size", String(temporaryBytes), "--tmpfs", "/tmp"],
    // Each parent by itself, and readable: those that bwrap makes unasked may be closed to the plugin's own user.
    ...[...readable, folder].flatMap(parentsOf).flatMap((path) => ["--perms", "0755", "--dir", path]),
    ...readable.flatMap((path) => ["--ro-bind", path, path]),
    ...["--bind", folder, folder, "--chdir", "/"],
    "--",
    ...privileges(confined),
    // Only now, as its owner: the folder is closed to everybody else.
    ...["/usr/bin/env", "--chdir", folder],
    confined.command,
    ...confined.args,
  ];
}

/**
 * As root there is no user namespace: the server's data lies in folders that only root can enter, and the switch to the
 * plugin's own user comes last. Capabilities for that switch are given up with it.
 */
function namespaces(user: number | undefined): string[] {
  const shared = ["--die-with-parent", "--new-session", "--unshare-pid", "--unshare-ipc", "--unshare-uts"];
  const own =
    user === undefined
      ? ["--unshare-user", "--uid", "1000", "--gid", "1000", "--disable-userns", "--cap-drop", "ALL"]
      : [
          "--cap-drop",
          "ALL",
          ...["CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"].flatMap((name) => ["--cap-add", name]),
        ];
  return [...shared, "--unshare-cgroup-try", "--hostname", "plugin", ...own];
}

function systemView(): string[] {
  const links = systemFolders
    .filter((path) => existsSync(path))
    .flatMap((path) =>
      lstatSync(path).isSymbolicLink() ? ["--symlink", readlinkSync(path), path] : ["--ro-bind", path, path],
    );
  return [
    ...["--ro-bind", "/usr", "/usr"],
    ...links,
    // Made unasked it would be closed to the plugin's own user, and with it names, certificates and OpenSSL's settings.
    ...["--perms", "0755", "--dir", "/etc"],
    ...systemFiles.flatMap((name) => ["--ro-bind-try", `/etc/${name}`, `/etc/${name}`]),
    ...["--proc", "/proc", "--ro-bind-try", "/proc/sys", "/proc/sys", "--dev", "/dev"],
  ];
}

function privileges({ user, maxProcesses }: Confined): string[] {
  const limits = ["/usr/bin/prlimit", `--nproc=${maxProcesses}`, "--core=0", "--"];
  if (user === undefined) return limits;
  const id = String(user);
  return [
    ...limits,
    ...["/usr/bin/setpriv", "--reuid", id, "--regid", id, "--clear-groups"],
    ...["--bounding-set", "-all", "--inh-caps", "-all", "--no-new-privs", "--"],
  ];
}

/** From the top down, without what the system's view has already. */
function parentsOf(path: string): string[] {
  const parent = dirname(path);
  if (parent === "/" || parent === "/tmp" || parent === "/usr" || parent.startsWith("/usr/")) return [];
  return [...parentsOf(parent), parent];
}
