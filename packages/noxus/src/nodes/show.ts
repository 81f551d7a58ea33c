import { type ConfigFields, type Connector, type NodeDefinition, NoxusError } from "@noxus/contracts";
import type { CommandContext } from "../command-line/define.ts";
import { didYouMean } from "../connection/nearest.ts";
import { formatFields } from "../terminal/table.ts";
import { originOf } from "./list.ts";

/** Prints a node's inputs, outputs and configuration. */
export async function showNode({ connect, terminal, signal }: CommandContext, type: string): Promise<void> {
  const nodes = await connect().request<NodeDefinition[]>("/v1/nodes", { signal });
  const node = nodes.find((candidate) => candidate.type === type);
  if (!node) throw unknownNode(type, nodes);
  terminal.print(node, () => [
    ...formatFields([
      ["type", node.type],
      ["title", node.title],
      ["from", originOf(node)],
      ["description", node.description],
      ["available", node.is_available === false ? "no: its plugin does not run" : "yes"],
      ["integrations", (node.integrations ?? []).flat().join(", ")],
    ]),
    ...section("inputs", node.inputs.map(connectorLine)),
    ...section("outputs", node.outputs.map(connectorLine)),
    ...section("configuration", configLines(node.config)),
  ]);
}

function unknownNode(type: string, nodes: readonly NodeDefinition[]): NoxusError {
  const next = didYouMean(
    type,
    nodes.map((node) => node.type),
    "`noxus node list` shows all.",
  );
  return new NoxusError("not_found", `There is no node of type ${type}. ${next}`);
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length > 0 ? ["", title, ...lines.map((line) => `  ${line}`)] : [];
}

function connectorLine({ name, definition, optional, label }: Connector): string {
  const type = `${definition?.data_type ?? "any"}${definition?.is_list ? "[]" : ""}`;
  return [`${name}: ${type}`, optional ? "optional" : "", label && label !== name ? `(${label})` : ""]
    .filter(Boolean)
    .join(" ");
}

function configLines(config: ConfigFields): string[] {
  return Object.entries(config).map(([name, field]) => {
    const byDefault =
      field.default === undefined || field.default === null ? "" : ` = ${JSON.stringify(field.default)}`;
    const label = field.display?.label ?? field.description;
    return `${name}: ${field.type ?? "any"}${byDefault}${label ? ` (${label})` : ""}`;
  });
}
