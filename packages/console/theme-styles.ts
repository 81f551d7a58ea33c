import {
  convertCssVariables,
  DEFAULT_THEME,
  defaultCssVariablesResolver,
  mergeMantineTheme,
} from "@mantine/core";
import type { Plugin } from "vite";
import { theme } from "./src/theme/theme.ts";

const name = "virtual:theme.css";

/**
 * The theme's variables as a style sheet. The component library would write them into the page at run time, which the
 * Content-Security-Policy refuses.
 */
export function themeStyles(): Plugin {
  const variables = defaultCssVariablesResolver(mergeMantineTheme(DEFAULT_THEME, theme));
  return {
    name: "theme-styles",
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) => (id === `\0${name}` ? convertCssVariables(variables, ":root") : undefined),
  };
}
