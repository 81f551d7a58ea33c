import { readFileSync } from "node:fs";
import { treeOf } from "../fixtures/processes.ts";

/** Linux counts processor time in hundredths of a second. */
const ticksPerSecond = 100;

const programs: readonly [name: string, words: RegExp][] = [
  ["PostgreSQL", /postgres/],
  ["plugin server", /plugin-server/],
  ["platform", /platform/],
  ["worker", /worker/],
];

/** Seconds of processor time that each program under this process has used, its own children with it. */
export function cpuByProgram(pid: number): Record<string, number> {
  const used: Record<string, number> = {};
  for (const { pid: one, command } of treeOf(pid)) {
    const name = programs.find(([, words]) => words.test(command.join(" ")))?.[0];
    if (name) used[name] = (used[name] ?? 0) + secondsOf(one);
  }
  return used;
}

/** Seconds of processor time of one process, without its children; 0 where it is gone. */
export function secondsOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return 0;
  }
}
