import type { CallKind, PluginAnswer, PluginCall } from "./instance.ts";
import { offsetOfValue } from "./json-offset.ts";

/** How a call of the HTTP contract becomes a method and params of the stdio one (contract.md §3). */
interface StdioMethod {
  method: string;
  /** The member of params that names the node, integration, … */
  nameField?: string;
  /**
   * What the HTTP body is: nothing; members of params; or the value of one member. `ignored` must be an object, as
   * over HTTP, and is not sent.
   */
  body:
    | { kind: "none" | "ignored" }
    | { kind: "members"; required: string[] }
    | { kind: "value"; field: string };
}

const members = (...required: string[]): StdioMethod["body"] => ({ kind: "members", required });

const methods: Record<Exclude<CallKind, "health">, StdioMethod> = {
  manifest: { method: "manifest", body: { kind: "none" } },
  nodes: { method: "list_nodes", body: { kind: "none" } },
  validate_config: { method: "validate_config", body: { kind: "value", field: "config" } },
  execute: { method: "node.execute", nameField: "node_name", body: members("ctx", "inputs", "config") },
  node_config: { method: "node.config", nameField: "node_name", body: members("ctx", "config") },
  integration_config: {
    method: "integration.config",
    nameField: "integration_name",
    body: { kind: "ignored" },
  },
  integration_ready: {
    method: "integration.ready",
    nameField: "integration_name",
    body: { kind: "value", field: "creds" },
  },
  device_auth_start: {
    method: "integration.device_auth_start",
    nameField: "integration_name",
    body: members("ctx"),
  },
  device_auth_poll: {
    method: "integration.device_auth_poll",
    nameField: "integration_name",
    body: members("ctx"),
  },
  trigger_poll: { method: "trigger.poll", nameField: "trigger_name", body: members("ctx") },
  datasource_fetch: { method: "datasource.fetch", nameField: "datasource_name", body: members("ctx") },
};

export interface StdioRequest {
  method: string;
  /** The params as JSON text in pieces, without a newline. */
  params: Buffer[];
  /** Credential values seen in the ctx. */
  secrets: string[];
}

/**
 * The method and params of a call. A body that HTTP would have refused is refused alike: then it is an answer.
 * `context` are members that the body's ctx gets.
 * The body is parsed once, to be sure that it is JSON; what is sent are its own bytes.
 */
export function stdioRequestOf(
  call: PluginCall & { kind: Exclude<CallKind, "health"> },
  body: Buffer,
  context: Record<string, unknown>,
): StdioRequest | PluginAnswer {
  const { method, nameField, body: form } = methods[call.kind];
  const added = {
    ...(nameField && { [nameField]: call.name ?? "" }),
    ...(call.kind === "node_config" && { skip_cache: call.skipCache === true }),
  };
  if (form.kind === "none") return { method, params: [Buffer.from(JSON.stringify(added))], secrets: [] };
  const parsed = parse(body);
  if (!parsed) return unprocessable([{ type: "json_invalid", loc: ["body", 0], msg: "JSON decode error" }]);
  const problems = problemsOf(parsed.value, form, call.kind);
  if (problems.length > 0) return unprocessable(problems);
  if (form.kind === "ignored") return { method, params: [Buffer.from(JSON.stringify(added))], secrets: [] };
  const line = onOneLine(body);
  if (form.kind === "value") return { method, params: valueParams(form.field, line, added), secrets: [] };
  const value = parsed.value as { ctx: Record<string, unknown> };
  return {
    method,
    params: memberParams(line, { ctx: value.ctx, context, added }),
    secrets: secretsOf(value.ctx),
  };
}

function parse(body: Buffer): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(body.toString("utf8")) };
  } catch {
    return undefined;
  }
}

interface Problem {
  type: string;
  loc: (string | number)[];
  msg: string;
}

/** As the HTTP releases of the SDK put it. */
function problemsOf(value: unknown, form: StdioMethod["body"], kind: CallKind): Problem[] {
  if (kind === "integration_ready" && value === null) return [];
  const notObject = (loc: string[]): Problem => ({
    type: "dict_type",
    loc,
    msg: "Input should be a valid dictionary",
  });
  if (!isObject(value)) return [notObject(["body"])];
  if (form.kind !== "members") return [];
  return form.required.flatMap((field) => {
    if (!(field in value)) return [{ type: "missing", loc: ["body", field], msg: "Field required" }];
    return isObject(value[field]) ? [] : [notObject(["body", field])];
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function unprocessable(detail: Problem[]): PluginAnswer {
  const body = Buffer.from(JSON.stringify({ detail }));
  return { status: 422, contentType: "application/json", contentLength: body.length, body };
}

/** In valid JSON a line break stands only between values: inside strings it is escaped. */
function onOneLine(body: Buffer): Buffer {
  if (!body.includes(0x0a) && !body.includes(0x0d)) return body;
  const line = Buffer.from(body);
  for (const lineBreak of [0x0a, 0x0d])
    for (let at = line.indexOf(lineBreak); at >= 0; at = line.indexOf(lineBreak, at + 1)) line[at] = 0x20;
  return line;
}

function valueParams(field: string, value: Buffer, added: Record<string, unknown>): Buffer[] {
  return [Buffer.from(`{${JSON.stringify(field)}:`), value, Buffer.from(`${membersAfter(added)}}`)];
}

/**
 * The body's members, then ours: of two members of one name the plugin's JSON reader takes the last, so a body cannot
 * name another node, nor another call's token.
 */
function memberParams(
  body: Buffer,
  {
    ctx,
    context,
    added,
  }: { ctx: Record<string, unknown>; context: Record<string, unknown>; added: Record<string, unknown> },
): Buffer[] {
  const end = body.lastIndexOf("}");
  const start = offsetOfValue(body, "ctx");
  if (start === undefined || Object.keys(context).some((name) => name in ctx)) {
    const members = { ctx: { ...ctx, ...context }, ...added };
    return [body.subarray(0, end), Buffer.from(`${membersAfter(members)}}`)];
  }
  const comma = Object.keys(ctx).length > 0 ? "," : "";
  return [
    body.subarray(0, start + 1),
    Buffer.from(`${JSON.stringify(context).slice(1, -1)}${comma}`),
    body.subarray(start + 1, end),
    Buffer.from(`${membersAfter(added)}}`),
  ];
}

function membersAfter(members: Record<string, unknown>): string {
  return Object.entries(members)
    .map(([key, value]) => `,${JSON.stringify(key)}:${JSON.stringify(value)}`)
    .join("");
}

function secretsOf({ integration_credentials }: Record<string, unknown>): string[] {
  return isObject(integration_credentials) ? stringsIn(integration_credentials) : [];
}

function stringsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}
