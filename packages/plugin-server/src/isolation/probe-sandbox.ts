import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { bubblewrapArguments } from "./bubblewrap.ts";
import { claimFolder } from "./claim-folder.ts";
import { userOf } from "./plugin-user.ts";

/** A sandbox is there in some 20 ms; a machine that is busy with other things may take its time. */
const timeoutMs = 10_000;

/** What a plugin may do in its sandbox, and may not: reads its code, writes its folder, finds neither the secret nor this shell's parent. */
const script = `
cat "$1/code/readable" >/dev/null || exit 11
echo x >"$1/work/made" || exit 12
if cat "$1/secret" >/dev/null 2>&1; then exit 13; fi
if echo x >"$1/code/readable" 2>/dev/null; then exit 14; fi
if [ -d "/proc/$2" ] && [ "$2" -gt 10 ]; then exit 15; fi
exit 0
`;

const reasons: Record<number, string> = {
  11: "what a plugin must read cannot be read inside",
  12: "the plugin's own folder cannot be written inside",
  13: "files outside can be read inside",
  14: "the plugin's code can be written inside",
  15: "processes outside are seen inside",
};

/**
 * Whether plugins can be sandboxed here, found by sandboxing something in a folder of the server's.
 *
 * @param bwrap where the program is, if it is anywhere.
 * @returns nothing where they can; otherwise what is missing, and what to do about it.
 */
export async function probeSandbox(bwrap: string | undefined, inFolder: string): Promise<string | undefined> {
  if (process.platform !== "linux") return "Sandboxes need Linux.";
  if (!bwrap) return "The program bwrap is not on PATH. Install it (on Debian: apt-get install bubblewrap).";
  const folder = await mkdtemp(join(inFolder, "sandbox-probe-"));
  try {
    return await probeIn(bwrap, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function probeIn(bwrap: string, folder: string): Promise<string | undefined> {
  const [code, work] = [join(folder, "code"), join(folder, "work")];
  await Promise.all([mkdir(code), mkdir(work, { mode: 0o700 })]);
  await Promise.all([writeFile(join(folder, "secret"), "x"), writeFile(join(code, "readable"), "x")]);
  const user = process.getuid?.() === 0 ? userOf("probe") : undefined;
  if (user !== undefined) claimFolder(work, user);
  const args = bubblewrapArguments({
    command: "/bin/sh",
    args: ["-c", script, "sandbox-probe", dirname(code), String(process.pid)],
    folder: work,
    readable: [code],
    user,
    maxProcesses: 64,
  });
  return tryOut(bwrap, args);
}

async function tryOut(bwrap: string, args: readonly string[]): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const child = spawn(bwrap, args, { env: { PATH: "/usr/bin:/bin" }, stdio: ["ignore", "ignore", "pipe"] });
  const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-500);
  });
  child.once("error", (error) => resolve(`${bwrap} could not be started: ${error.message}.`));
  child.once("close", (exitCode) =>
    resolve(exitCode === 0 ? undefined : `A sandbox was tried, and ${whyNot(exitCode, said)}.`),
  );
  return promise.finally(() => clearTimeout(timer));
}

function whyNot(exitCode: number | null, said: string): string {
  if (exitCode === null) return `it did not end within ${timeoutMs / 1000} s`;
  const [line] = said.trim().split("\n").slice(-1);
  return (
    reasons[exitCode] ??
    `it failed: ${line || `exit code ${exitCode}`}; unprivileged user namespaces may be switched off here`
  );
}
