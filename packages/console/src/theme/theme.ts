import { createTheme } from "@mantine/core";
import { texts } from "../texts/texts.ts";

/** One accent, an 8 px grid, dense controls; everything else is the library's. */
export const theme = createTheme({
  primaryColor: "indigo",
  // As blue as the page's own greys, from text to page.
  colors: {
    dark: [
      "#e4e7ea",
      "#c9ced3",
      "#a4abb3",
      "#8a929a",
      "#3d434a",
      "#2a2f35",
      "#1f2327",
      "#16181b",
      "#101214",
      "#0b0c0e",
    ],
  },
  primaryShade: { light: 8, dark: 7 },
  autoContrast: true,
  fontFamily: '"Inter Variable", system-ui, sans-serif',
  fontFamilyMonospace: '"JetBrains Mono Variable", ui-monospace, monospace',
  defaultRadius: "sm",
  respectReducedMotion: true,
  cursorType: "pointer",
  fontSizes: { xs: "0.75rem", sm: "0.8125rem", md: "0.875rem", lg: "1rem", xl: "1.25rem" },
  spacing: { xs: "0.5rem", sm: "0.75rem", md: "1rem", lg: "1.5rem", xl: "2rem" },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "1.25rem", lineHeight: "1.4" },
      h2: { fontSize: "0.9375rem", lineHeight: "1.4" },
    },
  },
  components: {
    Button: { defaultProps: { size: "sm" } },
    TextInput: { defaultProps: { size: "sm" } },
    Select: { defaultProps: { size: "sm", checkIconPosition: "right" } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: false } },
    Modal: {
      defaultProps: { lockScroll: false, centered: false, yOffset: "8vh" },
      styles: { title: { fontWeight: 600, fontSize: "1rem" } },
    },
    Notification: { defaultProps: { closeButtonProps: { "aria-label": texts.common.close } } },
    Drawer: { defaultProps: { lockScroll: false } },
  },
});
