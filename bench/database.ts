import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Product } from "./product.ts";

/** The socket of the product's own PostgreSQL, which its pid file names. */
export async function databaseUrl({ dataFolder }: Product): Promise<string> {
  const files = await readdir(dataFolder, { recursive: true });
  const file = files.find((name) => name.endsWith("postmaster.pid"));
  if (!file) throw new Error("The product has no PostgreSQL of its own.");
  const lines = (await readFile(join(dataFolder, file), "utf8")).split("\n");
  return `postgresql://noxus@localhost/noxus?host=${encodeURIComponent(lines[4] ?? "")}`;
}
