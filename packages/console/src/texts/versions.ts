/** Of a workflow's versions; loaded with them. */
export const texts = {
  title: "Versions",
  save: "Save as version",
  empty: "No versions yet",
  emptyText:
    "A version keeps the workflow as it is now under a name: to compare with, to go back to, and to start runs of.",
  columns: { name: "Version", made: "Made" },
  compare: "Compare",
  restore: "Go back to it",
  restored: (name: string) => `The workflow is as in “${name}”.`,
  dialog: { title: "Save as version", name: "Name", description: "What it is about", save: "Save" },
  from: "From",
  to: "To",
  current: "As it is now",
  differences: "Differences",
  none: "These two do the same; at most places on the canvas differ.",
  edges: "Connections",
  before: "Before",
  after: "After",
  nothing: "nothing",
  whole: "Workflow",
};
