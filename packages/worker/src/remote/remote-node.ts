import { setTimeout as wait } from "node:timers/promises";
import {
  callHeaders,
  callProgressSchema,
  executeResponseSchema,
  NoxusError,
  progressHeader,
  releaseHeader,
  startedHeader,
} from "@noxus/contracts";
import { type Dispatcher, request } from "undici";
import type { NodeCall, NodeExecutor, NodeOutputs } from "../nodes/node-call.ts";
import { timeoutOf } from "../nodes/node-timeout.ts";
import { readLimited } from "../outbound/read-limited.ts";
import { callBody, filesIn, integrationsOf } from "./call-body.ts";
import { type FailedAnswer, pluginFailure, serverCode } from "./plugin-failure.ts";
import type { FindRoute, PluginRoute, PluginServer } from "./plugin-route.ts";
import type { ServerChoice } from "./server-choice.ts";

export interface RemoteOptions {
  findRoute: FindRoute;
  choice: ServerChoice;
  /** Keeps connections to plugin servers. */
  dispatcher: Dispatcher;
  /** Of a plugin's answer. */
  maxBytes: number;
  /** How long a call waits for a server that takes it, where none does. A busy plugin is waited for until it has a place. */
  patienceMs: number;
  /** Lends the run's place at the worker while it only waits for a busy plugin. */
  lendPlace: (runId: string) => Disposable;
}

/** `release`: of the plugin that gave it. */
type Answer = ({ outputs: NodeOutputs } | { failed: FailedAnswer } | { unreachable: Error }) & {
  release?: string | undefined;
};

/** Forwards a plugin's node to a plugin server; another one is tried only where the call certainly never began. */
export const remoteNode =
  (options: RemoteOptions): NodeExecutor =>
  async (call) => {
    const plugin = call.node.registered.plugin;
    if (!plugin) throw new Error(`The node type "${call.node.type}" has no plugin.`);
    let deadline = performance.now() + timeoutOf(call.node);
    const patience = performance.now() + options.patienceMs;
    const tried = new Set<string>();
    for (;;) {
      const route = await findRoute(call, plugin, options);
      const server = options.choice.choose(route.servers, tried);
      const answer = server && (await ask({ call, route, server, deadline, options }));
      if (answer?.release) call.noteRelease(answer.release);
      if (answer && "outputs" in answer) return answer.outputs;
      if (server) tried.add(server.id);
      const failure = refusalOf(answer, plugin.name, route.secrets);
      if (!failure.mayTryAgain) throw failure.error;
      if (options.choice.choose(route.servers, tried)) continue;
      tried.clear();
      if (failure.isBusy) {
        deadline += await waitForPlace(call, failure.waitMs, options);
        continue;
      }
      if (performance.now() + failure.waitMs > Math.min(deadline, patience)) throw failure.error;
      await wait(failure.waitMs, undefined, { signal: call.signal });
    }
  };

/** The node has not begun: its time stands still, and other runs have the place of its run. Gives the ms that it took. */
async function waitForPlace(
  { run, pause, signal }: NodeCall,
  waitMs: number,
  { lendPlace }: RemoteOptions,
): Promise<number> {
  const since = performance.now();
  using _place = lendPlace(run.id);
  await pause(() => wait(waitMs, undefined, { signal }));
  return performance.now() - since;
}

async function findRoute(
  { node, run }: NodeCall,
  plugin: { id: string; name: string },
  { findRoute }: RemoteOptions,
): Promise<PluginRoute> {
  const route = await findRoute({
    pluginId: plugin.id,
    workspaceId: run.workspaceId,
    integrations: integrationsOf(node),
  });
  if (route) return route;
  throw new NoxusError("plugin_unknown", `the plugin "${plugin.name}" is not installed any more.`);
}

interface Asking {
  call: NodeCall;
  route: PluginRoute;
  server: PluginServer;
  deadline: number;
  options: RemoteOptions;
}

async function ask({ call, route, server, deadline, options }: Asking): Promise<Answer> {
  const { node, signal } = call;
  const plugin = node.registered.plugin?.id ?? "";
  const name = encodeURIComponent(node.registered.definition.type);
  const body = callBody(call, route);
  return options.choice.count(server, async () => {
    let answer: Dispatcher.ResponseData;
    try {
      answer = await request(`${server.url.replace(/\/$/, "")}/plugins/${plugin}/nodes/${name}/execute`, {
        method: "POST",
        headers: headersOf(call, server, Math.round(deadline - performance.now()), body),
        body: JSON.stringify(body),
        dispatcher: options.dispatcher,
        // The node's own deadline, and the one that travels with the call, are the limits.
        headersTimeout: 0,
        bodyTimeout: 0,
        signal,
        onInfo: ({ headers }) => tellProgress(call, headers[progressHeader]),
      });
    } catch (error) {
      if (signal.aborted || !neverSent(error as Error)) throw connectionLost(error as Error, signal);
      return { unreachable: error as Error };
    }
    return readAnswer(answer, options.maxBytes, signal);
  });
}

/** What cannot be read is no matter: the answer comes all the same. */
function tellProgress({ progress }: NodeCall, header: string | string[] | undefined): void {
  try {
    progress(callProgressSchema.parse(JSON.parse(decodeURIComponent(String(header)))));
  } catch {}
}

function headersOf(
  { run, node, idempotencyKey }: NodeCall,
  server: PluginServer,
  deadlineMs: number,
  body: object,
) {
  const files = filesIn(body);
  return {
    "content-type": "application/json",
    "x-api-key": server.apiKey,
    [callHeaders.deadlineMs]: String(Math.max(1, deadlineMs)),
    [callHeaders.workspace]: run.workspaceId,
    [callHeaders.runId]: run.id,
    [callHeaders.nodeId]: encodeURIComponent(node.id),
    [callHeaders.idempotencyKey]: encodeURIComponent(idempotencyKey),
    [progressHeader]: "1",
    ...(files.length > 0 && { [callHeaders.files]: files.join(",") }),
    ...(run.releases.size > 0 && { [callHeaders.releases]: [...run.releases].join(",") }),
  };
}

async function readAnswer(
  { statusCode, headers, body }: Dispatcher.ResponseData,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Answer> {
  const release = headers[releaseHeader]?.toString();
  const text = await readLimited(body, maxBytes).then(String, (error) => {
    throw error instanceof NoxusError ? error : connectionLost(error as Error, signal);
  });
  if (statusCode === 200) return { outputs: parseOutputs(text), release };
  const retryAfter = Number(headers["retry-after"]);
  const started = headers[startedHeader];
  return {
    release,
    failed: {
      status: statusCode,
      body: text,
      started: typeof started === "string" ? started : undefined,
      retryAfterS: retryAfter > 0 ? retryAfter : undefined,
    },
  };
}

function parseOutputs(text: string): NodeOutputs {
  const parsed = executeResponseSchema.safeParse(safeJson(text));
  if (parsed.success && parsed.data.success) return parsed.data.outputs;
  throw new NoxusError(
    "node_failed",
    parsed.success
      ? "the plugin answered that it did not succeed."
      : `the plugin's answer is not of the form {success, outputs}: ${text.slice(0, 200)}`,
    { data: { code: "plugin_protocol_error" } },
  );
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Refusal {
  error: NoxusError;
  mayTryAgain: boolean;
  /** The plugin works, it only has no place free. */
  isBusy: boolean;
  waitMs: number;
}

/** Refusals that come before the plugin has heard of the call, and pass by themselves. */
const passing = new Set([
  "plugin_busy",
  "plugin_not_running",
  "unavailable",
  "rate_limited",
  "plugin_exited",
]);

function refusalOf(
  answer: Exclude<Answer, { outputs: NodeOutputs }> | undefined,
  plugin: string,
  secrets: string[],
): Refusal {
  if (!answer || "unreachable" in answer) {
    const error = new NoxusError(
      "plugin_server_unavailable",
      `no plugin server that could take the call of "${plugin}" is alive${answer ? ` (${answer.unreachable.message})` : ""}.`,
      { cause: answer?.unreachable },
    );
    return { error, mayTryAgain: true, isBusy: false, waitMs: 250 };
  }
  const code = serverCode(answer.failed);
  const { started, retryAfterS = 0.25 } = answer.failed;
  return {
    error: pluginFailure(answer.failed, secrets),
    mayTryAgain: started === "no" && code !== undefined && passing.has(code),
    isBusy: code === "plugin_busy" || code === "rate_limited",
    // Retry-After is made for clients far away; what frees a place sooner is noticed sooner.
    waitMs: Math.min(retryAfterS * 1000, 1_000),
  };
}

/** Codes of failures to connect: nothing of the call has left this process. */
const connectCodes = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);

function neverSent(error: Error & { code?: string; errors?: Error[] }): boolean {
  if (error.errors && error.errors.length > 0) return error.errors.every((each) => neverSent(each));
  return connectCodes.has(error.code ?? "");
}

/** The connection broke after the call was sent: the plugin has perhaps begun. */
function connectionLost(error: Error, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  return new NoxusError(
    "node_failed",
    `the connection to the plugin server broke during the call (${error.message}); the plugin perhaps began it.`,
    { cause: error, data: { code: "plugin_server_unavailable", started: "perhaps" } },
  );
}
