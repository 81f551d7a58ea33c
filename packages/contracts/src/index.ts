/**
 * Schemas, types and error codes of everything that crosses a process or the network. Imports Zod only.
 *
 *     import { manifestSchema, NoxusError } from "@noxus/contracts";
 *     const manifest = manifestSchema.parse(JSON.parse(text));   // unknown keys are kept
 *     throw new NoxusError("plugin_unknown", `No plugin is named "x". Installed are: …`);
 */
export * from "./environment/environment.ts";
export * from "./environment/metrics-variables.ts";
export * from "./errors/body.ts";
export * from "./errors/codes.ts";
export * from "./errors/disk-full.ts";
export * from "./errors/noxus-error.ts";
export { type BuiltInNode, type NodeRole, ON_ERROR } from "./nodes/built-in-node.ts";
export * from "./nodes/built-in-nodes.ts";
export { dataTypeFits, dataTypeOf } from "./nodes/data-types.ts";
export { LOOP_NODE_TYPE } from "./nodes/lists.ts";
export { type ConditionOperator, conditionOperators } from "./nodes/logic.ts";
export { MAX_WAIT_S } from "./nodes/waits.ts";
export * from "./platform/file.ts";
export * from "./platform/large-value.ts";
export * from "./platform/marketplace.ts";
export * from "./platform/node-policy.ts";
export * from "./platform/page.ts";
export * from "./platform/plugin.ts";
export * from "./platform/plugin-history.ts";
export * from "./platform/plugin-plan.ts";
export * from "./platform/plugin-preview.ts";
export * from "./platform/plugin-summary.ts";
export * from "./platform/run.ts";
export * from "./platform/run-channels.ts";
export * from "./platform/workflow.ts";
export * from "./plugin/manifest.ts";
export * from "./plugin/progress.ts";
export * from "./plugin/wire.ts";
export * from "./server/desired.ts";
export * from "./server/link.ts";
export * from "./server/release-signature.ts";
export * from "./server/source.ts";
export * from "./server/status.ts";
export * from "./server/usage.ts";
