import type { Context } from "../call/context.ts";
import type { Config } from "../config/config.ts";
import type { Integration } from "../integrations/integration.ts";
import type { Connectors } from "./data.ts";
import type { NodeForm } from "./form.ts";

/** Where a node stands in the picker. */
export type NodeCategory =
  | "io"
  | "sources"
  | "data"
  | "logic"
  | "ai_sound"
  | "ai_image"
  | "ai_text"
  | "integrations"
  | "agents"
  | "other"
  | "admin"
  | "agent_flow";

/** How a node is shown; none of it changes what it does. */
export interface NodeLook {
  title: string;
  description?: string;
  smallDescription?: string;
  /** Default "#D5D5DE". */
  color?: string;
  /** Address of its picture. */
  image?: string;
  category?: NodeCategory;
  subCategory?: string;
  documentationUrl?: string;
  example?: string;
  /** What an agent that uses the node as a tool should know. */
  aiInstructions?: string;
  /** false: kept for workflows that have it, not offered for new ones. */
  visible?: boolean;
  /** Seconds that one call may take; default 240. */
  maxTimeout?: number;
}

/** A node as `defineNode` gives it. `Inputs`, `Settings` and `Outputs` are for those who call it in a test. */
export interface Node<Inputs = unknown, Settings = unknown, Outputs = unknown> {
  readonly kind: "node";
  readonly name: string;
  /** 1: wired by connectors; 2: by fields of its configuration. */
  readonly version: 1 | 2;
  readonly description: string;
  readonly maxTimeoutMs: number;
  readonly config: Config<unknown>;
  readonly inputs: Connectors;
  readonly outputs: Connectors;
  readonly integrations: readonly Integration[];
  /** The plugin's configuration that it is typed by. */
  readonly pluginConfig: Config<unknown> | undefined;
  /** The manifest's form. */
  definition(): Record<string, unknown>;
  run(ctx: Context, call: { inputs: Record<string, unknown>; config: unknown }): unknown;
  form(ctx: Context, form: NodeForm, options: { skipCache: boolean }): NodeForm | Promise<NodeForm>;
  /** Carries the types only. */
  readonly "~types"?: { inputs: Inputs; settings: Settings; outputs: Outputs };
}
