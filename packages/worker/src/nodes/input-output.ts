import type { NodeExecutor } from "./node-call.ts";

/** Input nodes: the value that the run was started with stands in their configuration by then. */
export const executeInput: NodeExecutor = ({ config }) => ({ output: config.value ?? null });

/** Output nodes keep their value under `value`, whatever their connector is called. */
export const executeOutput: NodeExecutor = ({ inputs }) => ({ value: inputs.value ?? inputs.input ?? null });
