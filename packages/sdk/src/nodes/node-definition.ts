import type { Config } from "../config/config.ts";
import type { Detail } from "../config/details.ts";
import type { Integration } from "../integrations/integration.ts";
import type { WireConnector } from "./data.ts";
import type { NodeLook } from "./node.ts";

const defaultTimeoutS = 240;

/** The parts of a node's definition that its version decides. */
export interface DefinitionParts {
  name: string;
  look: NodeLook;
  inputs: WireConnector[];
  outputs: WireConnector[];
  config: Record<string, object>;
  details: Readonly<Record<string, Detail>>;
  integrations: readonly Integration[];
}

/** A node as it stands in a manifest. */
export function nodeDefinition({ name, look, details, ...parts }: DefinitionParts): Record<string, unknown> {
  return {
    inputs: parts.inputs,
    outputs: parts.outputs,
    details: Object.entries(details).map(([key, { label, display }]) => ({ name: key, label, display })),
    config: parts.config,
    type: name,
    color: look.color ?? "#D5D5DE",
    image: look.image ?? null,
    title: look.title,
    description: descriptionOf(look),
    small_description: look.smallDescription ?? null,
    documentation_url: look.documentationUrl ?? null,
    category: look.category ?? "other",
    sub_category: look.subCategory ?? null,
    example: look.example ?? null,
    ai_instructions: look.aiInstructions ?? null,
    integrations: parts.integrations.map(({ type }) => type),
    config_endpoint: `/nodes/${name}/config`,
    max_timeout: look.maxTimeout ?? defaultTimeoutS,
    visible: look.visible ?? true,
    ...constantMembers,
  };
}

/** What no author sets, and every definition has. */
const constantMembers = {
  providers: null,
  knowledge_base_support: null,
  subflow_config: null,
  is_valid: null,
  is_available: true,
  show_to_user: true,
  paywalled: false,
};

export function descriptionOf({ description }: NodeLook): string {
  return description ?? "No description.";
}

export function maxTimeoutMsOf({ maxTimeout }: NodeLook): number {
  return (maxTimeout ?? defaultTimeoutS) * 1000;
}

/** Throws where an output and a detail have one name: the wire keeps both under it. */
export function assertNoConflict(name: string, outputs: object, details: object): void {
  const shared = Object.keys(outputs).filter((key) => key in details);
  if (shared.length === 0) return;
  throw new TypeError(
    `Node "${name}": outputs and details need different names, and both have ${shared.join(", ")}.`,
  );
}

/** The configuration without those fields that version 2 lists among the inputs. */
export function serializeWithout(config: Config<unknown>, names: readonly string[]): Record<string, object> {
  return Object.fromEntries(Object.entries(config.serialize()).filter(([name]) => !names.includes(name)));
}
