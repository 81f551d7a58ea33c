import { NoxusError } from "@noxus/contracts";
import { z } from "zod";

const bundledSchema = z.looseObject({
  id: z.string(),
  name: z.string().min(1),
  type: z.string().default("flow"),
  definition: z.looseObject({}),
  extra: z.record(z.string(), z.unknown()).default({}),
});
export type BundledWorkflow = z.infer<typeof bundledSchema>;

/**
 * Workflows as text, the wanted one first, the ones that it runs after it. `v4` is one YAML document a workflow (each
 * written as JSON, which is YAML too); everything else the same in base64 on one line.
 */
export function writeBundle(workflows: readonly BundledWorkflow[], version: string): string {
  const text = workflows.map((workflow) => `---\n${JSON.stringify(workflow, null, 2)}\n`).join("");
  return version === "v4" ? text : Buffer.from(text).toString("base64");
}

/** @throws NoxusError `invalid_request` where the text is no bundle. */
export function readBundle(text: string): BundledWorkflow[] {
  const plain = text.trimStart().startsWith("---") ? text : Buffer.from(text, "base64").toString("utf8");
  try {
    const documents = plain.split(/^---\s*$/m).filter((part) => part.trim() !== "");
    return z
      .array(bundledSchema)
      .min(1)
      .parse(documents.map((part) => JSON.parse(part)));
  } catch (cause) {
    throw new NoxusError(
      "invalid_request",
      "The definition is no bundle that this platform's export has written (v4 text, or the same in base64).",
      { cause },
    );
  }
}

/** The ids of the workflows that a definition runs inside itself. */
export function subflowIds(definition: Record<string, unknown>): string[] {
  const nodes = Array.isArray(definition.nodes) ? (definition.nodes as Record<string, unknown>[]) : [];
  return nodes.flatMap((node) => {
    const config = (node?.node_config ?? {}) as Record<string, unknown>;
    return [node?.subflow_id, config.workflow_id].filter((id) => typeof id === "string");
  });
}

/** The definition with the ids of other workflows exchanged. */
export function withSubflowIds(
  definition: Record<string, unknown>,
  ids: ReadonlyMap<string, string>,
): Record<string, unknown> {
  if (ids.size === 0 || !Array.isArray(definition.nodes)) return definition;
  const exchange = (id: unknown) => (typeof id === "string" ? (ids.get(id) ?? id) : id);
  const nodes = (definition.nodes as Record<string, unknown>[]).map((node) => {
    const config = node.node_config as Record<string, unknown> | undefined;
    return {
      ...node,
      ...(node.subflow_id !== undefined && { subflow_id: exchange(node.subflow_id) }),
      ...(config?.workflow_id !== undefined && {
        node_config: { ...config, workflow_id: exchange(config.workflow_id) },
      }),
    };
  });
  return { ...definition, nodes };
}
