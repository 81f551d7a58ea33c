export * from "./plugins.ts";
export * from "./resources.ts";
export * from "./workflows.ts";
export * from "./workspaces.ts";
