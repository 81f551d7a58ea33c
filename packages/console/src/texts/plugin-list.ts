/** What the list of plugins says. */
export const texts = {
  title: "Plugins",
  install: "Install plugin",
  empty: "No plugins yet",
  emptyText:
    "A plugin brings nodes for workflows and runs in a process and an environment of its own. Install one from Git, a package, a marketplace or a folder.",
  filter: "Search plugins",
  states: "Only in this state",
  allStates: "All",
  noMatch: "No plugin fits",
  noMatchClear: "Show all",
  again: "tried again",
  columns: {
    name: "Plugin",
    status: "Status",
    version: "Version",
    source: "Source",
    nodes: "Nodes",
    memory: "Memory",
    changed: "Changed",
  },
};
