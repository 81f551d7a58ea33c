import { readdir, readFile } from "node:fs/promises";

/** A process and everything below it, each with its proportional set size in bytes. */
export async function memoryOfTree(root: number): Promise<{ pid: number; command: string; pss: number }[]> {
  const parents = await parentsByPid();
  const tree = [...parents.keys()].filter((pid) => isBelow(pid, root, parents));
  const sizes = await Promise.all(
    tree.map(async (pid) => ({ pid, command: await commandOf(pid), pss: await pssOf(pid) })),
  );
  return sizes.filter(({ pss }) => pss > 0);
}

/** Resident set size of one process in bytes; 0 when it is gone. */
export async function rssOf(pid: number): Promise<number> {
  return kilobytes(await readFile(`/proc/${pid}/status`, "utf8").catch(() => ""), "VmRSS");
}

async function parentsByPid(): Promise<Map<number, number>> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const entries = await Promise.all(
    pids.map(async (pid) => {
      const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
      return [pid, Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0)] as const;
    }),
  );
  return new Map(entries);
}

function isBelow(pid: number, root: number, parents: ReadonlyMap<number, number>): boolean {
  for (let current = pid; current > 1; current = parents.get(current) ?? 0) if (current === root) return true;
  return false;
}

async function commandOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
  return text.replaceAll("\0", " ").trim();
}

async function pssOf(pid: number): Promise<number> {
  return kilobytes(await readFile(`/proc/${pid}/smaps_rollup`, "utf8").catch(() => ""), "Pss");
}

function kilobytes(text: string, field: string): number {
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0) * 1024;
}
