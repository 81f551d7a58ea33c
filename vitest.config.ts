import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: {
    resolve: {
      conditions: ["source", "node", "import", "module", "default"],
      externalConditions: ["source"],
    },
  },
  test: {
    include: ["packages/*/src/**/*.test.ts", "tests/**/*.test.ts"],
    pool: "forks",
    execArgv: ["--conditions=source"],
    // Real environments, servers and databases on two cores: the slowest single step is an environment from a cold cache.
    testTimeout: 60_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
  },
});
