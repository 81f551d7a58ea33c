import type { CallEnvironment, WireContext } from "../call/context.ts";
import type { Dispatcher } from "../dispatch/dispatcher.ts";
import { type BodyShape, readObject } from "./request-body.ts";

/** A request as a route needs it. */
export interface RouteRequest {
  name: string;
  query: URLSearchParams;
  body: Buffer;
  environment: (wire: WireContext) => CallEnvironment;
}

type Answer = (request: RouteRequest) => unknown;
type Body = Record<string, unknown>;

const executeBody = { ctx: "model", inputs: "dict", config: "dict" } as const satisfies BodyShape;
const formBody = { config: "model", ctx: "model" } as const satisfies BodyShape;

/** The endpoints of the HTTP transport (contract, §2), by method and path with `*` for the component's name. */
export function routesOf(dispatcher: Dispatcher): Record<string, Answer> {
  return {
    "GET /health": () => ({ status: "healthy", plugin: dispatcher.pluginName, service: "noxus-plugin" }),
    "GET /manifest": () => dispatcher.manifest(),
    "GET /nodes": () => dispatcher.listNodes(),
    "POST /validate-config": ({ body }) => dispatcher.validateConfig(readObject(body) as Body),
    "POST /nodes/*/execute": ({ name, body, environment }) => {
      const { ctx, inputs, config } = readObject(body, executeBody) as Record<string, Body>;
      return dispatcher.executeNode(name, environment(ctx ?? {}), {
        inputs: inputs ?? {},
        config: config ?? {},
      });
    },
    "POST /nodes/*/config": ({ name, body, query, environment }) => {
      const { ctx, config } = readObject(body, formBody) as Record<string, Body>;
      const skipCache = ["1", "true", "on", "yes"].includes((query.get("skip_cache") ?? "").toLowerCase());
      return dispatcher.nodeConfig(name, environment(ctx ?? {}), { form: config ?? {}, skipCache });
    },
    "POST /integrations/*/config": ({ name, body }) => {
      readObject(body, "model");
      return dispatcher.integrationConfig(name);
    },
    "POST /integrations/*/ready": ({ name, body, environment }) =>
      dispatcher.integrationReady(name, readObject(body, "nullable"), environment({}).cancelled()),
  };
}
