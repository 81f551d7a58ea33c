import { readdirSync, readFileSync } from "node:fs";

/** What the processes of one tree use. */
export interface TreeUsage {
  processes: number;
  /** Resident memory in bytes; pages that processes share are counted in each. */
  rssBytes: number;
  /** Processor time so far of those that live now, in seconds, by process: a process of the same pid and start is the same. */
  cpuSeconds: ReadonlyMap<string, number>;
}

interface ProcessStat {
  pid: number;
  parent: number;
  key: string;
  cpuSeconds: number;
  rssBytes: number;
}

/** Of Linux on every processor that Node runs on; `getconf CLK_TCK` and `getconf PAGESIZE` say so. */
const ticksPerS = 100;
const pageBytes = 4096;

/**
 * What each of these processes and its descendants use, from `/proc/PID/stat` (some 15 µs a process of the machine);
 * nothing where there is no `/proc`. Read at once and synchronously: asynchronously it would cost several times as much.
 */
export function usageOfTrees(roots: readonly number[]): Map<number, TreeUsage> {
  if (roots.length === 0) return new Map();
  const byParent = Map.groupBy(readAll(), ({ parent }) => parent);
  const byPid = new Map([...byParent.values()].flat().map((stat) => [stat.pid, stat]));
  return new Map(
    roots.flatMap((root) => {
      const first = byPid.get(root);
      return first ? [[root, sum(treeOf(first, byParent))] as const] : [];
    }),
  );
}

function treeOf(root: ProcessStat, byParent: ReadonlyMap<number, ProcessStat[]>): ProcessStat[] {
  const tree = [root];
  // Grows while it is walked: children are put behind their parents.
  for (const { pid } of tree) tree.push(...(byParent.get(pid) ?? []));
  return tree;
}

function sum(tree: readonly ProcessStat[]): TreeUsage {
  return {
    processes: tree.length,
    rssBytes: tree.reduce((bytes, stat) => bytes + stat.rssBytes, 0),
    cpuSeconds: new Map(tree.map(({ key, cpuSeconds }) => [key, cpuSeconds])),
  };
}

function readAll(): ProcessStat[] {
  try {
    return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? readStat(name) : []));
  } catch {
    return [];
  }
}

function readStat(pid: string): ProcessStat[] {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name in parentheses may hold anything, spaces and parentheses too.
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    const [, parent = 0] = fields;
    const ticks = (fields[11] ?? 0) + (fields[12] ?? 0);
    return [
      {
        pid: Number(pid),
        parent,
        key: `${pid}.${fields[19]}`,
        cpuSeconds: ticks / ticksPerS,
        rssBytes: (fields[21] ?? 0) * pageBytes,
      },
    ];
  } catch {
    // It ended between the two reads.
    return [];
  }
}
