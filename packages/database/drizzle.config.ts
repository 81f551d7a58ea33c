import { defineConfig } from "drizzle-kit";

/** For `drizzle-kit generate`, run in this folder after a change of `src/schema`. */
export default defineConfig({
  dialect: "postgresql",
  schema: "./src/schema/schema.ts",
  out: "./migrations",
});
