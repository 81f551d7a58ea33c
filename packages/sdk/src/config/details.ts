import { completed } from "./displays.ts";

interface DetailLayout {
  label: string;
  description?: string;
  /** Columns of the grid, 1 to 12; default 12. */
  colSpan?: number;
  collapsible?: boolean;
  defaultCollapsed?: boolean;
}

interface DetailOptions {
  execution_progress: {
    hasScreenshots?: boolean;
    hasExtractedData?: boolean;
    showSlideshowButton?: boolean;
    enableStepExpansion?: boolean;
  };
  json_viewer: {
    enableSearch?: boolean;
    enableCopy?: boolean;
    maxDepth?: number;
    syntaxTheme?: "light" | "dark" | "auto";
  };
  chat_viewer: { showToolCalls?: boolean };
}

/** What a node shows of its execution beside its outputs; no connector leads to it. */
export interface Detail {
  label: string;
  display: Record<string, unknown>;
}

const layout = { description: null, col_span: 12, collapsible: false, default_collapsed: false };
const members: Record<keyof DetailOptions, Record<string, unknown>> = {
  execution_progress: {
    has_screenshots: true,
    has_extracted_data: true,
    show_slideshow_button: true,
    enable_step_expansion: true,
  },
  json_viewer: { enable_search: true, enable_copy: true, max_depth: null, syntax_theme: "auto" },
  chat_viewer: { show_tool_calls: true },
};

/** Makes a detail of a node: `details: { steps: detail.executionProgress({ label: "Steps" }) }`. */
export const detail = {
  executionProgress: maker("execution_progress"),
  jsonViewer: maker("json_viewer"),
  chatViewer: maker("chat_viewer"),
} as const;

function maker<T extends keyof DetailOptions>(type: T) {
  return (options: DetailLayout & DetailOptions[T]): Detail => {
    const given = options as unknown as Record<string, unknown>;
    const { label } = options;
    const display = {
      type,
      label,
      ...completed(layout, given, type),
      ...completed(members[type], given, type),
    };
    return { label, display };
  };
}
