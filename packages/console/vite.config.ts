import react from "@vitejs/plugin-react";
import { defaultClientConditions, defineConfig } from "vite";
import { themeStyles } from "./theme-styles.ts";

/** Built by scripts/console.mjs, which also compresses; `vite packages/console` serves the sources beside a running platform. */
export default defineConfig({
  base: "/console/",
  // Our own packages from their sources, as everywhere in the repository; the others as the tool has it.
  resolve: { conditions: ["noxus-source", ...defaultClientConditions] },
  plugins: [react(), themeStyles()],
  build: {
    target: "es2023",
    // A font inside a style sheet would be loaded with the first page whether it is used or not.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
    // What many pages need comes in one file: dozens of small ones cost a first page more time than their bytes.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "shared", minShareCount: 14 }] } } },
  },
  server: { proxy: { "/v1": { target: "http://127.0.0.1:8400", changeOrigin: false } } },
});
