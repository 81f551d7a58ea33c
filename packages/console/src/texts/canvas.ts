/** The canvas's sentences; loaded with it, not with the first page. */
export const texts = {
  title: "Canvas",
  workflow: {
    title: "Workflow",
    name: "Workflow name",
    show: (title: string) => `Show “${title}”`,
    hint: "Choose a node to see its configuration. Drag from an output to an input to connect them, or press C at a chosen node.",
  },
  refusal: {
    itself: "A node cannot feed itself.",
    known: "These two are connected already.",
    circle: (titles: readonly string[]) => `That would be a circle: ${titles.join(" → ")}.`,
    types: (output: string, given: string, input: string, wanted: string) =>
      `“${input}” takes ${wanted}, but “${output}” gives ${given}. A node between them can convert.`,
  },
  palette: {
    title: "Nodes",
    search: "Search nodes",
    nothing: "No node has this name.",
    builtIn: "Built in",
    hint: "Drag a node onto the canvas, or press Enter to add it.",
  },
  panel: {
    name: "Name",
    id: "Id",
    lastOutput: "Last output",
    noOutput: "No run has reached this node yet.",
    unknown: (type: string) =>
      `No plugin offers “${type}” now. Install or start the plugin that does, or remove the node.`,
    delete: "Remove node",
  },
  tools: {
    undo: "Undo",
    redo: "Redo",
    layout: "Arrange",
    save: "Save",
    saved: "Saved",
    saving: "Saving",
    unsaved: "Not saved",
    close: "Close",
    run: "Run",
    problems: (count: number) => (count === 1 ? "1 problem" : `${count} problems`),
    noProblems: "No problem found",
  },
  conflict: {
    title: "Somebody else has saved this workflow",
    text: "Your changes are still here, and not saved.",
    theirs: "Give mine up and show theirs",
    copy: "Save mine as a copy",
    overwrite: "Save mine over theirs",
    copyOf: (name: string) => `${name} (copy)`,
    copied: (name: string) => `Saved as “${name}”.`,
  },
  empty: "This workflow has no nodes yet. Drag one from the left, or press / to search.",
  order: "Runs after it",
  connect: { output: "Output", input: "Input", nothing: "No input takes this.", action: "Connect" },
  canvas:
    "Workflow canvas. Tab moves between nodes, arrow keys move a selected node, C connects it, Delete removes it.",
  connectFrom: (title: string) => `Connect “${title}” to`,
} as const;
