import { pluginFixture } from "../fixtures/plugins.ts";
import type { Product } from "./product.ts";

/** The echo plugin while workflows are measured that call it. */
export async function workflowTarget(product: Product): Promise<AsyncDisposable> {
  const { id } = await product.install({ source: { type: "local", path: pluginFixture("echo") } });
  return {
    async [Symbol.asyncDispose]() {
      await product.uninstall(id);
      await product.untilGone(id);
    },
  };
}
