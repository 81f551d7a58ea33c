import type { PluginState } from "@noxus/contracts";
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { credentialsQuery, integrationsQuery } from "../api/credentials.ts";
import { filesQuery } from "../api/files.ts";
import { pluginListQuery } from "../api/plugins.ts";
import {
  allTriggersQuery,
  nodesQuery,
  pluginQuery,
  type TriggerKind,
  triggerKinds,
  triggersQuery,
} from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import { openWaitsQuery, runQuery, runsQuery } from "../api/runs.ts";
import { isSince, type Since } from "../api/since.ts";
import { versionsQuery, workflowQuery, workflowSummariesQuery } from "../api/workflows.ts";
import { readLogSearch } from "../plugins/log-search.ts";
import { pluginStates } from "../plugins/plugin-states.ts";
import { Crash, NotFound } from "./dead-ends.tsx";
import { Shell } from "./shell.tsx";
import { SignInByLink } from "./sign-in.tsx";

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);
const page = (value: unknown) => Math.max(1, Number(value) || 1);

const root = createRootRoute({ notFoundComponent: NotFound, errorComponent: Crash });

const signIn = createRoute({ getParentRoute: () => root, path: "/sign-in", component: SignInByLink });

/*
 * A loader asks for what its page shows while the page's code is on its way, and already when the pointer is on a link to
 * it; nobody waits for it. The page asks for the same, and says what is wrong with the answer.
 */

/** Everything that needs a session. */
const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell });

const home = createRoute({
  getParentRoute: () => shell,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/workflows" });
  },
});

const plugins = createRoute({
  getParentRoute: () => shell,
  path: "/plugins",
  validateSearch: (
    search: Record<string, unknown>,
  ): { q?: string; state?: PluginState; install?: string } => ({
    q: text(search.q),
    state: pluginStates.find((state) => state === search.state),
    install: text(search.install),
  }),
  loaderDeps: ({ search: { q, state } }) => ({ q, state }),
  loader: ({ deps }) => void queryClient.prefetchInfiniteQuery(pluginListQuery(deps)),
  component: lazyRouteComponent(() => import("../plugins/plugin-list.tsx"), "PluginList"),
});

const plugin = createRoute({
  getParentRoute: () => shell,
  path: "/plugins/$id",
  loader: ({ params }) => void queryClient.prefetchQuery(pluginQuery(params.id)),
  component: lazyRouteComponent(() => import("../plugins/plugin-page.tsx"), "PluginPage"),
});

const pluginTabs = [
  createRoute({
    getParentRoute: () => plugin,
    path: "/",
    component: lazyRouteComponent(() => import("../plugins/overview.tsx"), "Overview"),
  }),
  createRoute({
    getParentRoute: () => plugin,
    path: "/nodes",
    component: lazyRouteComponent(() => import("../plugins/plugin-nodes.tsx"), "PluginNodes"),
  }),
  createRoute({
    getParentRoute: () => plugin,
    path: "/integrations",
    loader: () => void queryClient.prefetchQuery(credentialsQuery),
    component: lazyRouteComponent(() => import("../plugins/integrations.tsx"), "Integrations"),
  }),
  createRoute({
    getParentRoute: () => plugin,
    path: "/configuration",
    component: lazyRouteComponent(() => import("../plugins/configuration.tsx"), "Configuration"),
  }),
  createRoute({
    getParentRoute: () => plugin,
    path: "/settings",
    component: lazyRouteComponent(() => import("../plugins/plugin-settings.tsx"), "PluginSettings"),
  }),
  createRoute({
    getParentRoute: () => plugin,
    path: "/logs",
    validateSearch: readLogSearch,
    component: lazyRouteComponent(() => import("../plugins/plugin-logs.tsx"), "PluginLogs"),
  }),
] as const;

const runs = createRoute({
  getParentRoute: () => shell,
  path: "/runs",
  validateSearch: (
    search: Record<string, unknown>,
  ): { status?: string; workflow?: string; since?: Since; id?: string; page?: number } => ({
    status: text(search.status),
    workflow: text(search.workflow),
    since: isSince(search.since) ? search.since : undefined,
    // An id of digits only is read as a number.
    id: search.id === undefined ? undefined : text(String(search.id)),
    page: search.page === undefined ? undefined : page(search.page),
  }),
  loaderDeps: ({ search: { page = 1, ...filter } }) => ({ ...filter, page }),
  loader: ({ deps }) => void queryClient.prefetchQuery(runsQuery(deps)),
  component: lazyRouteComponent(() => import("../runs/run-list.tsx"), "RunList"),
});

const runWaits = createRoute({
  getParentRoute: () => shell,
  path: "/runs/waits",
  loader: () => void queryClient.prefetchQuery(openWaitsQuery),
  component: lazyRouteComponent(() => import("../runs/wait-list.tsx"), "WaitList"),
});

const run = createRoute({
  getParentRoute: () => shell,
  path: "/runs/$id",
  validateSearch: (
    search: Record<string, unknown>,
  ): { node?: string; item?: string | number; attempt?: number; again?: "inputs" } => ({
    node: text(search.node),
    item: typeof search.item === "number" ? search.item : text(search.item),
    attempt: Number(search.attempt) || undefined,
    again: search.again === "inputs" ? "inputs" : undefined,
  }),
  loader: ({ params }) => {
    void queryClient.prefetchQuery(runQuery(params.id));
    void queryClient.prefetchQuery(nodesQuery);
  },
  component: lazyRouteComponent(() => import("../runs/run-page.tsx"), "RunPage"),
});

const workflows = createRoute({
  getParentRoute: () => shell,
  path: "/workflows",
  validateSearch: (search: Record<string, unknown>): { q?: string; page?: number } => ({
    q: text(search.q),
    page: search.page === undefined ? undefined : page(search.page),
  }),
  loaderDeps: ({ search: { q, page = 1 } }) => ({ q, page }),
  loader: ({ deps }) => void queryClient.prefetchQuery(workflowSummariesQuery(deps)),
  component: lazyRouteComponent(() => import("../workflows/workflow-list.tsx"), "WorkflowList"),
});

const allTriggers = createRoute({
  getParentRoute: () => shell,
  path: "/workflows/triggers",
  validateSearch: (search: Record<string, unknown>): { kind?: TriggerKind } => ({
    kind: triggerKinds.find((kind) => kind === search.kind),
  }),
  loaderDeps: ({ search: { kind } }) => ({ kind }),
  loader: ({ deps: { kind } }) => void queryClient.prefetchQuery(allTriggersQuery(kind)),
  component: lazyRouteComponent(() => import("../triggers/all-triggers.tsx"), "AllTriggers"),
});

const workflow = createRoute({
  getParentRoute: () => shell,
  path: "/workflows/$id",
  validateSearch: (search: Record<string, unknown>): { run?: string } => ({ run: text(search.run) }),
  loader: ({ params }) => {
    void queryClient.prefetchQuery(workflowQuery(params.id));
    void queryClient.prefetchQuery(nodesQuery);
    void queryClient.prefetchQuery(runsQuery({ workflow: params.id, page: 1 }));
  },
  component: lazyRouteComponent(() => import("../workflows/workflow-page.tsx"), "WorkflowPage"),
});

const workflowTabs = [
  createRoute({
    getParentRoute: () => workflow,
    path: "/",
    component: lazyRouteComponent(() => import("../workflows/workflow-overview.tsx"), "WorkflowOverview"),
  }),
  createRoute({
    getParentRoute: () => workflow,
    path: "/triggers",
    loader: ({ params }) => void queryClient.prefetchQuery(triggersQuery(params.id)),
    component: lazyRouteComponent(() => import("../triggers/trigger-list.tsx"), "TriggerList"),
  }),
  createRoute({
    getParentRoute: () => workflow,
    path: "/versions",
    validateSearch: (search: Record<string, unknown>): { from?: string; to?: string } => ({
      from: text(search.from),
      to: text(search.to),
    }),
    loader: ({ params }) => void queryClient.prefetchQuery(versionsQuery(params.id)),
    component: lazyRouteComponent(() => import("../workflows/versions.tsx"), "Versions"),
  }),
] as const;

const editor = createRoute({
  getParentRoute: () => shell,
  path: "/workflows/$id/edit",
  loader: () => void queryClient.prefetchQuery(nodesQuery),
  component: lazyRouteComponent(() => import("../canvas/editor-page.tsx"), "EditorPage"),
});

const credentials = createRoute({
  getParentRoute: () => shell,
  path: "/credentials",
  loader: () => {
    void queryClient.prefetchQuery(credentialsQuery);
    void queryClient.prefetchQuery(integrationsQuery);
  },
  component: lazyRouteComponent(() => import("../credentials/credential-list.tsx"), "CredentialList"),
});

const files = createRoute({
  getParentRoute: () => shell,
  path: "/files",
  validateSearch: (search: Record<string, unknown>): { q?: string; page?: number; file?: string } => ({
    q: text(search.q),
    page: search.page === undefined ? undefined : page(search.page),
    file: text(search.file),
  }),
  loaderDeps: ({ search: { q, page = 1 } }) => ({ q, page }),
  loader: ({ deps }) => void queryClient.prefetchQuery(filesQuery(deps)),
  component: lazyRouteComponent(() => import("../files/file-list.tsx"), "FileList"),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: "/settings",
  component: lazyRouteComponent(() => import("../settings/settings.tsx"), "Settings"),
});

const settingsTabs = [
  createRoute({
    getParentRoute: () => settings,
    path: "/",
    component: lazyRouteComponent(() => import("../settings/general.tsx"), "General"),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: "/workspaces",
    component: lazyRouteComponent(() => import("../settings/workspaces.tsx"), "Workspaces"),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: "/programs",
    component: lazyRouteComponent(() => import("../settings/programs.tsx"), "Programs"),
  }),
] as const;

export const router = createRouter({
  basepath: "/console",
  routeTree: root.addChildren([
    signIn,
    shell.addChildren([
      home,
      plugins,
      plugin.addChildren(pluginTabs),
      runs,
      runWaits,
      run,
      workflows,
      allTriggers,
      workflow.addChildren(workflowTabs),
      editor,
      credentials,
      files,
      settings.addChildren(settingsTabs),
    ]),
  ]),
  defaultPreload: "intent",
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
