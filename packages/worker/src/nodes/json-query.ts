import type { JsonataEvaluator } from "./jsonata-evaluator.ts";
import type { NodeExecutor } from "./node-call.ts";

/** The value of a JSONata expression on the input; nothing found gives null. */
export const jsonQuery =
  (evaluator: JsonataEvaluator): NodeExecutor =>
  async ({ inputs, config, signal }) => ({
    output: await evaluator.evaluate({ expression: String(config.expression), input: inputs.input, signal }),
  });

/** The value of a JSONata expression for each item of a list. */
export const mapList =
  (evaluator: JsonataEvaluator): NodeExecutor =>
  async ({ inputs, config, signal }) => ({
    output: await evaluator.evaluate({
      expression: String(config.expression),
      input: inputs.list,
      eachItem: true,
      signal,
    }),
  });
