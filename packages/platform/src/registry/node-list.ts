import { createHash } from "node:crypto";
import { nodeDefinitionSchema } from "@noxus/contracts";
import type { Queries } from "@noxus/database";
import type { NodeRegistry } from "@noxus/workflow";
import { z } from "zod";
import { presentNodes, runningPlugins } from "./load-registry.ts";

/** All nodes as one answer that is ready to be sent. */
export interface NodeList {
  /** JSON, in UTF-8. */
  body: Buffer;
  etag: string;
}

const listSchema = z.array(nodeDefinitionSchema);

/**
 * The list of nodes, written anew only where a plugin has changed, has come to run, or runs no more: to check and write
 * some hundred definitions takes a hundred times as long as to ask for that.
 */
export function createNodeList({
  db,
  registry: read,
  staleMs,
}: {
  db: Queries;
  registry: () => Promise<NodeRegistry>;
  staleMs: number;
}): () => Promise<NodeList> {
  let kept: { registry: NodeRegistry; running: string; list: NodeList } | undefined;
  return async () => {
    const registry = await read();
    const plugins = await runningPlugins(db, registry, staleMs);
    const running = [...plugins].toSorted().join();
    if (kept?.registry !== registry || kept.running !== running)
      kept = { registry, running, list: writeList(registry, plugins) };
    return kept.list;
  };
}

function writeList(registry: NodeRegistry, running: ReadonlySet<string>): NodeList {
  const body = Buffer.from(JSON.stringify(listSchema.parse(presentNodes(registry, running))));
  return { body, etag: `"${createHash("sha256").update(body).digest("base64url").slice(0, 22)}"` };
}
