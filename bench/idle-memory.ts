import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { memoryOfTree } from "./memory.ts";
import type { Product } from "./product.ts";
import { type Figure, megabytes } from "./table.ts";

const limitBytes = 400 * 1024 * 1024;

/** Proportional set sizes of all programs and PostgreSQL, idle and without plugins, summed by program. */
export async function idleMemory(product: Product): Promise<Figure[]> {
  // What start-up has allocated is given back only after a while; what people see is the state after it.
  await setTimeout(10_000);
  const processes = [...(await memoryOfTree(product.pid)), ...(await postgresOf(product))];
  const byProgram = new Map<string, number>();
  for (const { command, pss } of processes) {
    const program = programOf(command);
    byProgram.set(program, (byProgram.get(program) ?? 0) + pss);
  }
  const total = [...byProgram.values()].reduce((sum, pss) => sum + pss, 0);
  return [
    ...[...byProgram].map(([name, pss]) => ({ name: `PSS ${name}`, value: megabytes(pss) })),
    { name: "PSS in all", value: megabytes(total), target: "< 400 MiB", ok: total < limitBytes },
  ];
}

function programOf(command: string): string {
  if (/postgres/.test(command)) return "PostgreSQL";
  return /(platform|worker|plugin-server|start)\b/.exec(command.replace(/^\S+/, ""))?.[1] ?? "other";
}

/** The embedded server is no child of the command: it outlives it, to be adopted. */
async function postgresOf({ dataFolder }: Product) {
  const pid = Number(
    (await readFile(`${dataFolder}/postgres/postmaster.pid`, "utf8").catch(() => "0")).split("\n")[0],
  );
  const inTree = await memoryOfTree(process.pid);
  return inTree.some((entry) => entry.pid === pid) ? [] : memoryOfTree(pid);
}
