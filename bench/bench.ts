/**
 * Measures the whole product on this machine and prints a table: what was measured, what it should be, whether it is.
 * Two ways of doing the same are compared in turn within one run, so trust the ratios more than the times.
 *
 *     npm run bench                      # everything
 *     npm run bench -- forwarding memory # some sections
 */
import { parseArgs } from "node:util";
import { consolePages } from "./console.ts";
import { crashes } from "./crashes.ts";
import { files } from "./files.ts";
import { forwardingTarget, forwardingThroughServer, streaming } from "./forwarding-sections.ts";
import { handOver } from "./hand-over.ts";
import { idleMemory } from "./idle-memory.ts";
import { installing, restarting } from "./installing.ts";
import { Product } from "./product.ts";
import { reconcile } from "./reconcile.ts";
import { runs } from "./runs.ts";
import { type Figure, toTable } from "./table.ts";
import { typescript } from "./typescript.ts";
import { workflowTarget } from "./workflow-target.ts";
import { workflows } from "./workflows.ts";

type Section = (product: Product) => Promise<Figure[]>;

/** In an order in which each leaves the product as the next one needs it. */
const sections: Record<string, Section> = {
  memory: idleMemory,
  install: installing,
  forwarding: forwardingThroughServer,
  streaming,
  files,
  typescript: (product) => typescript(product, (plugin) => forwardingTarget(product, plugin)),
  workflows: async (product) => {
    await using _echo = await workflowTarget(product);
    return await workflows(product);
  },
  runs,
  "hand-over": handOver,
  crashes,
  reconcile,
  console: consolePages,
  restart: (product) => restarting(product, [1, 10, 20]),
};

const { positionals } = parseArgs({ allowPositionals: true });
const unknown = positionals.filter((name) => !(name in sections));
if (unknown.length > 0) {
  console.error(
    `error: there is no section ${unknown.join(", ")}. Sections are: ${Object.keys(sections).join(", ")}`,
  );
  process.exit(2);
}

const product = await Product.create();
try {
  await product.start();
  for (const [name, section] of Object.entries(sections)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    process.stdout.write(toTable(name, await section(product)));
  }
} finally {
  await product.close();
}
