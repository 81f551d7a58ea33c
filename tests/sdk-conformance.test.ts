import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { preparePlugin, warmEngine } from "../fixtures/engine.ts";
import {
  type HostRequest,
  HttpPlugin,
  type LittleBridge,
  littleBridge,
  StdioPlugin,
  typescriptPlugin,
} from "../fixtures/plugins-ts/plugin-process.ts";
import {
  camelCased,
  type DisplayType,
  displayTypes,
  toWireDisplay,
} from "../packages/sdk/src/config/displays.ts";
import { defineIntegration, detail, type Rule, rule } from "../packages/sdk/src/index.ts";

/**
 * The same requests to a plugin of the published Python SDK and to its twin in TypeScript: where software depends on
 * an answer, the two are equal. What the contract leaves open (the text of a bug, a validation's links) is left out.
 */

const engine = warmEngine();
afterAll(() => engine.close());

const contents = { "file-1": "one", "file-2": "two", "file-3": "ünï €" };
const file = (id: string) => ({
  id,
  uri: `spot://${id}`,
  name: `${id}.txt`,
  content_type: "text/plain",
  extra: 7,
});
const ctx = {
  plugin_config: { url: "https://a" },
  integration_credentials: { vault: { key: "k" } },
  group_id: "group-1",
  call_token: "token-1",
  unknown: true,
};
const execute = (inputs: object, config: object = {}, others: object = {}) => ({
  ctx: { ...ctx, ...others },
  inputs,
  config,
});
const connector = { name: "text", label: "Text", definition: { data_type: "str" } };
const form = (values: object) => ({
  config: { topic: { type: "str" } },
  inputs: [connector, { ...connector, name: "v", type: "variable_connector", keys: ["a"] }],
  outputs: [{ ...connector, definition: { data_type: "str", is_list: true }, optional: true }],
  config_values: values,
});

/** Node, what it is given, and whether only the kind of answer is compared and not its words. */
const executions: [what: string, node: string, given: object, loose?: "loose"][] = [
  ["runs with defaults", "echo", execute({ text: "hi" })],
  ["takes optional inputs, and null for one", "echo", execute({ text: "hi", more: { a: [1, null] } })],
  ["takes null", "echo", execute({ text: "hi", more: null })],
  [
    "coerces the configuration",
    "echo",
    execute({ text: "hi" }, { times: "2", shout: "yes", mark: "!", ratio: 1, prefix: ">" }),
  ],
  ["takes null for an optional field", "echo", execute({ text: "hi" }, { mark: null })],
  ["ignores unknown fields", "echo", execute({ text: "hi" }, { nonsense: 1 })],
  ["refuses a wrong integer", "echo", execute({ text: "hi" }, { times: "two" })],
  ["refuses a fraction for an integer", "echo", execute({ text: "hi" }, { times: 1.5 })],
  ["refuses null for an integer", "echo", execute({ text: "hi" }, { times: null })],
  ["refuses a number for text", "echo", execute({ text: "hi" }, { prefix: 1 })],
  ["refuses a wrong boolean", "echo", execute({ text: "hi" }, { shout: "perhaps" })],
  ["refuses a wrong number", "echo", execute({ text: "hi" }, { ratio: {} })],
  ["refuses an object for a list", "echo", execute({ text: "hi" }, { tags: { a: 1 } })],
  ["refuses an element of a list", "echo", execute({ text: "hi" }, { tags: ["a", 1] })],
  ["names every wrong field", "echo", execute({ text: "hi" }, { times: [], shout: 7 })],
  ["refuses a missing field", "needs", execute({})],
  ["takes a whole number written as a fraction", "needs", execute({}, { count: 3.0 })],
  ["takes a boolean for an integer", "needs", execute({}, { count: true })],
  ["answers large values", "echo", execute({ text: "x".repeat(1_000_000) })],
  ["answers any Unicode", "echo", execute({ text: 'ü€😀\u2028\n"\\' })],
  ["fails on a missing input", "echo", execute({}), "loose"],
  ["fails on an undeclared input", "echo", execute({ text: "hi", other: 1 }), "loose"],
  ["passes on what the user can put right", "fails", execute({ how: "user" })],
  ["tells a bug", "fails", execute({ how: "bug" })],
  ["gives a plain value a name", "fails", execute({ how: "plain" })],
  ["tells of an unknown node", "nothing", execute({})],
  ["gives the plugin's configuration, credentials and group", "context", execute({})],
  [
    "takes empty credentials and no group",
    "context",
    execute({}, {}, { integration_credentials: { vault: {} }, group_id: null }),
  ],
  ["reads and writes files", "files", execute({ files: [file("file-1"), file("file-3")] })],
  [
    "takes a reference with nothing but its address",
    "files",
    execute({ files: [{ uri: "spot://folder/file-2" }] }),
  ],
  ["fails on a file that it may not read", "files", execute({ files: [file("no")] }), "loose"],
];

const forms: [what: string, node: string, given: object, loose?: "loose"][] = [
  ["is answered as it came where nothing follows", "echo", { ctx, config: form({ a: 1 }) }],
  ["follows its values", "moves", { ctx, config: form({ topic: "tea" }) }],
  ["passes on what the user can put right", "moves", { ctx, config: form({ topic: "forbidden" }) }],
  ["of an unknown node", "nothing", { ctx, config: form({}) }],
  ["needs its parts", "moves", { ctx, config: {} }, "loose"],
];

const configurations: [what: string, given: object][] = [
  ["is valid", { url: "https://a" }],
  ["is valid with a warning", { url: "https://slow" }],
  ["is refused by the author", { url: "ftp:" }],
  ["makes the author's check fail", { url: "explode" }],
  ["lacks a field", {}],
  ["has a field of the wrong type", { url: 7 }],
];

const credentials: [what: string, given: object | null][] = [
  ["are ready", { key: "open" }],
  ["are not ready", { key: "shut" }],
  ["do not fit", { other: 1 }],
  ["lie under data", { data: { key: "open" } }],
  ["are none", null],
  ["make the check fail", { key: "explode" }],
];

describe("over stdio, as SDK 0.6.0", () => {
  let python: StdioPlugin;
  let typescript: StdioPlugin;
  beforeAll(async () => {
    const plugin = await preparePlugin(engine, "conformance", { sdkRelease: "0.6.0" });
    const launch = await plugin.launch();
    python = new StdioPlugin(launch, contents);
    typescript = new StdioPlugin(typescriptPlugin("conformance", ["worker"]), contents);
    await Promise.all([python.ask("manifest"), typescript.ask("manifest")]);
    return async () => {
      await Promise.all([python[Symbol.asyncDispose](), typescript[Symbol.asyncDispose]()]);
      await launch.removeScratch();
    };
  });
  beforeEach(() => {
    for (const { asked } of [python, typescript]) asked.length = 0;
  });

  async function compare(method: string, params: object, loose?: "loose"): Promise<void> {
    const [theirs, ours] = await Promise.all([python.ask(method, params), typescript.ask(method, params)]);
    expect(comparable(ours, loose)).toEqual(comparable(theirs, loose));
    expect(typescript.asked).toEqual(python.asked);
  }

  test("the manifest is the same to the letter, but for what it announces", async () => {
    const [theirs, ours] = await Promise.all([python.ask("manifest"), typescript.ask("manifest")]);
    const { extensions, ...manifest } = ours.result as Record<string, unknown>;
    expect(manifest).toEqual(theirs.result);
    expect(extensions).toEqual({ cancel: 1, progress: 1, files: 1, context: 1, user_error: 1 });
  });

  test("the nodes are listed alike", () => compare("list_nodes", {}));

  test.each(executions)("an execution %s", (_, node_name, given, loose) =>
    compare("node.execute", { node_name, ...given }, loose ?? looseWhere(given)),
  );

  test.each(forms)("a form %s", (_, node_name, given, loose) =>
    compare("node.config", { node_name, skip_cache: true, ...given }, loose),
  );

  test.each(configurations)("a configuration that %s", (_, config) => compare("validate_config", { config }));

  test("the form of an integration's credentials", () =>
    compare("integration.config", { integration_name: "vault" }));

  test.each(credentials)("credentials that %s", (_, creds) =>
    compare("integration.ready", { integration_name: "vault", creds }),
  );

  test("moments in time come and go alike", async () => {
    for (const when of ["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.125000Z"])
      await compare("node.execute", { node_name: "when", ...execute({ when }) });
  });

  test("nodes of version 2 take their inputs from their configuration", async () => {
    const join = (config: object, inputs = {}) => ({ node_name: "join", ...execute(inputs, config) });
    await compare("node.execute", join({ words: ["a", "b"] }));
    await compare("node.execute", join({ words: "a, b,,c ", glue: "+", limit: 2 }));
    await compare("node.execute", join({}), "loose");
    await compare("node.execute", join({ words: [] }, { words: [] }), "loose");
  });

  test("triggers are polled from no state and from one", async () => {
    await compare("trigger.poll", { trigger_name: "ticks", ctx, config: {}, state: {} });
    await compare("trigger.poll", { trigger_name: "ticks", ctx, config: { step: 5 }, state: { tick: 4 } });
    await compare("trigger.poll", { trigger_name: "ticks", ctx, config: { step: "x" }, state: {} }, "loose");
  });

  test("datasources give their files", () =>
    compare("datasource.fetch", { datasource_name: "shelf", ctx, config: { name: "x.txt" } }));

  test("what there is not is told alike", async () => {
    await compare("nonsense", {});
    await compare("integration.config", { integration_name: "nothing" });
    await compare("integration.device_auth_start", { integration_name: "vault", ctx });
    await compare("trigger.poll", { trigger_name: "nothing", ctx });
    await compare("datasource.fetch", { datasource_name: "nothing", ctx });
  });

  test("lines that are no message are passed over", async () => {
    for (const plugin of [python, typescript]) {
      plugin.child.stdin.write("nonsense\n\n[]\n");
      expect(await plugin.ask("list_nodes")).toHaveProperty("result");
    }
  });
});

describe("over HTTP, as SDK 0.5.5", () => {
  let python: HttpPlugin;
  let typescript: HttpPlugin;
  let bridges: [LittleBridge, LittleBridge];
  beforeAll(async () => {
    bridges = await Promise.all([littleBridge(contents), littleBridge(contents)]);
    const plugin = await preparePlugin(engine, "conformance", { sdkRelease: "0.5.5" });
    const launch = await plugin.launch({ bridgeUrl: bridges[0].url });
    python = new HttpPlugin(launch);
    const environment = { PLUGIN_SERVER_URL: bridges[1].url };
    const args = ["serve", "--host", "127.0.0.1", "--port", "0"];
    typescript = new HttpPlugin(typescriptPlugin("conformance", args, environment));
    await Promise.all([python.ready(), typescript.ready()]);
    return async () => {
      const all = [python, typescript, ...bridges];
      await Promise.all(all.map((one) => one[Symbol.asyncDispose]()));
      await launch.removeScratch();
    };
  });

  async function compare(method: string, path: string, body?: unknown, loose?: "loose"): Promise<void> {
    const asked = bridges.map((bridge) => bridge.asked);
    for (const list of asked) list.length = 0;
    const [theirs, ours] = await Promise.all([
      python.ask(method, path, body),
      typescript.ask(method, path, body),
    ]);
    expect(comparable(ours, loose)).toEqual(comparable(theirs, loose));
    expect(sorted(asked[1] ?? [])).toEqual(sorted(asked[0] ?? []));
  }

  test("the health", () => compare("GET", "/health"));

  test("the manifest's older part is the same", async () => {
    const [theirs, ours] = await Promise.all([
      python.ask("GET", "/manifest"),
      typescript.ask("GET", "/manifest"),
    ]);
    const { nodes, ...older } = theirs.body as { nodes: { type: string }[] };
    const newer = ours.body as { nodes: { type: string }[] };
    expect(newer).toMatchObject(older);
    for (const node of nodes) expect(newer.nodes.find(({ type }) => type === node.type)).toMatchObject(node);
  });

  test.each(executions)("an execution %s", (_, node, given, loose) =>
    compare("POST", `/nodes/${node}/execute`, given, loose),
  );

  test.each(forms)("a form %s", (_, node, given, loose) =>
    compare("POST", `/nodes/${node}/config?skip_cache=true`, given, loose),
  );

  test.each(configurations)("a configuration that %s", (_, config) =>
    compare("POST", "/validate-config", config),
  );

  test("the form of an integration's credentials", () => compare("POST", "/integrations/vault/config", ctx));

  test.each(credentials)("credentials that %s", (_, creds) =>
    compare("POST", "/integrations/vault/ready", creds),
  );

  test.each<[string, string, string, unknown]>([
    ["an execution without a body", "POST", "/nodes/echo/execute", undefined],
    ["an execution without ctx", "POST", "/nodes/echo/execute", { inputs: {}, config: {} }],
    ["an execution with wrong members", "POST", "/nodes/echo/execute", { ctx: 1, inputs: [], config: "x" }],
    ["an execution that is a list", "POST", "/nodes/echo/execute", []],
    ["a form without ctx", "POST", "/nodes/echo/config", { config: form({}) }],
    ["a configuration that is a list", "POST", "/validate-config", []],
    ["a configuration without a body", "POST", "/validate-config", undefined],
    ["a form of credentials without a body", "POST", "/integrations/vault/config", undefined],
    ["a form of credentials with a text", "POST", "/integrations/vault/config", '"x"'],
    ["credentials that are a number", "POST", "/integrations/vault/ready", 7],
    ["credentials without a body", "POST", "/integrations/vault/ready", undefined],
    ["an unknown integration's form", "POST", "/integrations/nothing/config", ctx],
    ["an unknown integration's credentials", "POST", "/integrations/nothing/ready", {}],
    ["an unknown address", "GET", "/nonsense", undefined],
    ["a wrong method", "GET", "/nodes/echo/execute", undefined],
  ])("%s is refused alike", (_, method, path, body) => compare(method, path, body));

  test("a body that is no JSON is refused alike", () =>
    compare("POST", "/nodes/echo/execute", "{nonsense", "loose"));
});

describe("the configuration language, as SDK 0.6.0 serialises it", () => {
  interface Dump {
    type: string;
    given: Record<string, unknown>;
    dump: Record<string, unknown>;
  }
  let theirs: Record<"displays" | "rules" | "details", Dump[]> & { provider: object };
  beforeAll(async () => {
    const { environment } = await preparePlugin(engine, "conformance", { sdkRelease: "0.6.0" });
    const script = fileURLToPath(
      new URL("../fixtures/plugins-ts/configuration-language.py", import.meta.url),
    );
    const { stdout } = await promisify(execFile)(join(environment.folder, "bin", "python"), [script]);
    theirs = JSON.parse(stdout);
  });

  test("every display, with nothing but what it needs and with other values", () => {
    expect(new Set(theirs.displays.map(({ type }) => type))).toEqual(new Set(displayTypes));
    for (const { type, given, dump } of theirs.displays) {
      const { label, ...options } = inCamelCase(given);
      const ours = toWireDisplay(type as DisplayType, label as string, options);
      expect(ours).toEqual(dump);
      expect(Object.keys(ours)).toEqual(Object.keys(dump));
    }
  });

  test("every rule", () => {
    const cond = rule.visibleIf("f", 1);
    const source = "the config_source";
    const ours: Rule[] = [
      rule.visibleIf(source, 7),
      rule.disabledIf(source, 7),
      rule.visibleIfAll(cond),
      rule.typeSetBy(source),
      rule.keysSetBy(source),
      rule.typeAndKeysSetBy(source),
      rule.setsConnectorType("the connector"),
      rule.setsConnectorKeys("the connector"),
      rule.setsConnectorTypeAndKeys("the connector"),
      rule.setsConnectorOrConfigVisibility(),
    ];
    const dumps = theirs.rules.map(({ dump }) => dump);
    for (const dump of dumps) expect(ours).toContainEqual(dump);
    for (const one of ours) expect(dumps).toContainEqual(one);
    expect(rule.visibleIfAny(cond)).toEqual({ ...rule.visibleIfAll(cond), mode: "or" });
  });

  test("every detail", () => {
    const makers = {
      execution_progress: detail.executionProgress,
      json_viewer: detail.jsonViewer,
      chat_viewer: detail.chatViewer,
    };
    for (const { type, given, dump } of theirs.details) {
      const make = makers[type as keyof typeof makers];
      expect(make(inCamelCase(given) as never).display).toEqual(dump);
    }
  });

  test("a provider to sign in with", () => {
    const integration = defineIntegration({
      type: "i",
      displayName: "I",
      image: "",
      providers: [
        {
          key: "k",
          authType: "oauth2",
          oauth2: { authorizeUrl: "https://a", tokenUrl: "https://t" },
        },
      ],
    });
    expect(integration.definition().providers).toEqual([theirs.provider]);
  });
});

function inCamelCase(value: Record<string, unknown>): Record<string, unknown> {
  const inner = (one: unknown) =>
    Array.isArray(one) && typeof one[0] === "object" ? one.map((entry) => inCamelCase(entry)) : one;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [camelCased(name), inner(one)]));
}

/** Of a validation over stdio only the kind is fixed: its text is a library's. */
function looseWhere(given: object): "loose" | undefined {
  const { config } = given as { config: object };
  return Object.keys(config).length > 0 ? "loose" : undefined;
}

/** Without what the contract leaves open. */
function comparable(answer: object, loose?: "loose"): unknown {
  const { error, status, ...others } = answer as { error?: { code: number }; status?: number };
  if (loose && (error || (status ?? 200) >= 400)) return { code: error?.code, status };
  return JSON.parse(JSON.stringify({ ...others, error, status }, openMembers));
}

/** The newer nodes are missing from lists of the older release; a validation's links and contexts are its library's. */
function openMembers(key: string, value: unknown): unknown {
  if (["id", "url", "ctx", "service"].includes(key) && typeof value !== "object") return undefined;
  if (key === "ctx") return undefined;
  if (key === "plugin") return String(value).toLowerCase();
  if (typeof value === "string" && / not found\. Available nodes: /.test(value)) return value.split(":")[0];
  if (typeof value === "string" && /^Validation error: /.test(value)) return "Validation error";
  if (typeof value === "string" && value.includes("validation error")) return "validation error";
  return value;
}

/** Files may be read in any order. */
function sorted(asked: HostRequest[]): HostRequest[] {
  return asked.toSorted((a, b) => a.method.localeCompare(b.method));
}
