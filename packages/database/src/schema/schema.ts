/** The tables. After a change run `drizzle-kit generate --name what-it-does` in this package and commit what it writes. */
export * from "./plugins.ts";
export * from "./resources.ts";
export * from "./workflows.ts";
export * from "./workspaces.ts";
