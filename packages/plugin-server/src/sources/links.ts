import { lstat, opendir, readlink } from "node:fs/promises";
import { join, relative } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { quoted } from "./entry-path.ts";

/**
 * Refuses a tree in which any symbolic link leads out of it: absolute, up, by way of other links, or round in a circle.
 * A link to nothing is harmless as long as the nothing lies inside.
 *
 * @throws NoxusError archive_link_unsafe
 */
export async function assertLinksStayInside(root: string): Promise<void> {
  for await (const link of linksIn(root)) {
    if (!(await staysInside(root, link))) throw unsafeLink(link, await readlink(join(root, link)));
  }
}

export function unsafeLink(path: string, target: string): NoxusError {
  return new NoxusError(
    "archive_link_unsafe",
    `The link ${quoted(path)} to ${quoted(target)} leads out of the plugin's folder, or nowhere in particular. Expected were links to files inside it; put the file there instead.`,
    { data: { entry: path.slice(0, 200), target: target.slice(0, 200) } },
  );
}

async function* linksIn(root: string): AsyncGenerator<string> {
  for await (const entry of await opendir(root, { recursive: true })) {
    if (entry.isSymbolicLink()) yield relative(root, join(entry.parentPath, entry.name));
  }
}

/** As many as Linux follows before it says ELOOP. */
const MAX_HOPS = 40;

/** Walks the link name by name as the kernel would, and stops where a step leaves the root. */
async function staysInside(root: string, link: string): Promise<boolean> {
  const ahead = link.split("/").reverse();
  const here: string[] = [];
  let hops = 0;
  for (let name = ahead.pop(); name !== undefined; name = ahead.pop()) {
    if (name === "" || name === ".") continue;
    if (name === "..") {
      if (here.pop() === undefined) return false;
      continue;
    }
    const target = await targetOf(join(root, ...here, name));
    if (target === undefined) here.push(name);
    else if (target.startsWith("/") || ++hops > MAX_HOPS) return false;
    else ahead.push(...target.split("/").reverse());
  }
  return true;
}

async function targetOf(path: string): Promise<string | undefined> {
  const stats = await lstat(path).catch(() => undefined);
  return stats?.isSymbolicLink() ? readlink(path) : undefined;
}
