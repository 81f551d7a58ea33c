import { parentPort } from "node:worker_threads";
import jsonata from "jsonata";

/** Runs in a thread of its own: an expression that never ends must stop neither the worker's loop nor its leases. */
export interface JsonataTask {
  expression: string;
  input: unknown;
  /** Evaluates on each item of the input, with `$index`. */
  eachItem: boolean;
}

export type JsonataResult = { json: string } | { error: string };

parentPort?.on("message", async (task: JsonataTask) => {
  parentPort?.postMessage(await evaluate(task));
});

async function evaluate({ expression, input, eachItem }: JsonataTask): Promise<JsonataResult> {
  try {
    const compiled = jsonata(expression);
    if (!eachItem) return { json: toJson(await compiled.evaluate(input)) };
    const items = Array.isArray(input) ? input : [input];
    const results: string[] = [];
    for (const [index, item] of items.entries())
      results.push(toJson(await compiled.evaluate(item, { index })));
    return { json: `[${results.join(",")}]` };
  } catch (error) {
    return { error: (error as { message?: string }).message ?? String(error) };
  }
}

/** JSONata's own lists carry marks and its functions cannot travel: JSON drops both. */
function toJson(value: unknown): string {
  return JSON.stringify(value) ?? "null";
}
