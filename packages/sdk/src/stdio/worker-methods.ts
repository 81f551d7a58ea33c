import type { CallEnvironment } from "../call/context.ts";
import { isObject } from "../config/coerce.ts";
import type { Dispatcher } from "../dispatch/dispatcher.ts";

type Params = Record<string, unknown>;
export type WorkerMethod = (params: Params, environment: CallEnvironment) => unknown;

/** The methods of the stdio transport (contract, §3); `ctx` has been read into the environment. */
export function workerMethods(dispatcher: Dispatcher): Record<string, WorkerMethod> {
  return {
    manifest: () => dispatcher.manifest(),
    list_nodes: () => dispatcher.listNodes(),
    validate_config: ({ config }) => dispatcher.validateConfig(objectOf(config)),
    "node.execute": (params, environment) =>
      dispatcher.executeNode(nameIn(params, "node_name"), environment, {
        inputs: objectOf(params.inputs),
        config: objectOf(params.config),
      }),
    "node.config": (params, environment) =>
      dispatcher.nodeConfig(nameIn(params, "node_name"), environment, {
        form: objectOf(params.config),
        skipCache: Boolean(params.skip_cache),
      }),
    ...integrationMethods(dispatcher),
    "trigger.poll": (params, environment) =>
      dispatcher.pollTrigger(nameIn(params, "trigger_name"), environment, {
        config: objectOf(params.config),
        state: objectOf(params.state),
      }),
    "datasource.fetch": (params, environment) =>
      dispatcher.fetchDatasource(nameIn(params, "datasource_name"), environment, objectOf(params.config)),
  };
}

function integrationMethods(dispatcher: Dispatcher): Record<string, WorkerMethod> {
  return {
    "integration.config": (params) => dispatcher.integrationConfig(nameIn(params, "integration_name")),
    "integration.ready": (params, { cancelled }) =>
      dispatcher.integrationReady(
        nameIn(params, "integration_name"),
        isObject(params.creds) ? params.creds : null,
        cancelled(),
      ),
    "integration.device_auth_start": (params, environment) =>
      dispatcher.deviceAuthStart(nameIn(params, "integration_name"), environment),
    "integration.device_auth_poll": (params, environment) =>
      dispatcher.deviceAuthPoll(
        nameIn(params, "integration_name"),
        environment,
        nameIn(params, "session_id"),
      ),
  };
}

function nameIn(params: Params, member: string): string {
  const name = params[member];
  if (typeof name === "string") return name;
  throw new TypeError(`The request needs "${member}", a string.`);
}

function objectOf(value: unknown): Params {
  return isObject(value) ? value : {};
}
