import type { Workflow } from "../api/workflows.ts";

/** Workflows that have a node of one of these types, and so depend on the plugin that brings them. */
export function usersOf(nodeTypes: readonly string[], workflows: readonly Workflow[]): Workflow[] {
  return workflows.filter(({ definition }) => typesIn(definition).some((type) => nodeTypes.includes(type)));
}

/** The node types of a definition, in its order. */
export function typesIn({ nodes }: Record<string, unknown>): string[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node) => {
    const { type } = (node ?? {}) as { type?: unknown };
    return typeof type === "string" ? [type] : [];
  });
}
