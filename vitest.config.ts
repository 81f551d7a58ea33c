import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { conditions: ["noxus-source"] },
  ssr: {
    resolve: {
      // Vitest hands these to its workers' own Node too: "import" among them would give a `require` the ES module.
      conditions: ["noxus-source", "node"],
      externalConditions: ["noxus-source"],
    },
  },
  test: {
    include: ["packages/*/src/**/*.test.ts", "tests/**/*.test.ts"],
    globalSetup: ["fixtures/postgres-setup.ts"],
    pool: "forks",
    execArgv: ["--conditions=noxus-source"],
    // Real environments, servers and databases on two cores: the slowest single step is an environment from a cold cache.
    testTimeout: 60_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
  },
});
