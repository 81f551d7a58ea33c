import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import {
  data,
  defineConfig,
  defineDatasource,
  defineIntegration,
  defineNode,
  defineNodeV2,
  definePlugin,
  defineTrigger,
  type File,
  type FileValue,
  field,
} from "../index.ts";
import { pollTrigger, runNode } from "../testing/index.ts";

// `tsc` checks what these say of types; vitest runs what they do.
const tracker = defineIntegration({
  type: "tracker",
  displayName: "Tracker",
  image: "https://example.com/tracker.png",
  credentials: { token: field.password({ label: "Token" }), region: field.text({ optional: true }) },
});

describe("the types of call()", () => {
  test("follow from the inputs, optional ones and lists included", () => {
    defineNode({
      name: "types",
      title: "Types",
      inputs: {
        text: data.text(),
        maybe: data.number({ optional: true }),
        files: data.file({ list: true }),
        when: data.datetime(),
      },
      call(_ctx, { inputs }) {
        expectTypeOf(inputs).toEqualTypeOf<{
          text: string;
          files: File[];
          when: Date;
          maybe?: number | undefined;
        }>();
        // @ts-expect-error there is no such input
        void inputs.other;
        return {};
      },
    });
  });

  test("follow from the fields of the configuration", () => {
    defineNode({
      name: "types",
      title: "Types",
      config: {
        text: field.text({ default: "x" }),
        many: field.number({ optional: true }),
        on: field.toggle({}),
        one: field.select({ values: ["a", { value: 2, label: "Two" }] }),
        some: field.multiSelect({ values: ["a", "b"] }),
        open: field.select({ values: [] }),
        plain: field.plain("dict"),
      },
      call(_ctx, { config }) {
        expectTypeOf(config).toEqualTypeOf<{
          text: string;
          many: number | undefined;
          on: boolean;
          one: "a" | 2;
          some: ("a" | "b")[];
          open: string;
          plain: Record<string, unknown>;
        }>();
        return {};
      },
    });
  });

  test("follow from a Zod schema", () => {
    defineNode({
      name: "types",
      title: "Types",
      config: z.object({ limit: z.int().default(3), mode: z.enum(["fast", "exact"]).optional() }),
      call(_ctx, { config }) {
        expectTypeOf(config).toEqualTypeOf<{ limit: number; mode?: "fast" | "exact" | undefined }>();
        return {};
      },
    });
  });

  test("follow from the integrations and the plugin's configuration", () => {
    const settings = defineConfig({ url: field.text({}) });
    defineNode({
      name: "types",
      title: "Types",
      integrations: [tracker],
      pluginConfig: settings,
      call(ctx) {
        expectTypeOf(ctx.pluginConfig.url).toEqualTypeOf<string>();
        expectTypeOf(ctx.credentials.get<"tracker">).returns.toEqualTypeOf<{
          token: string;
          region: string | undefined;
        }>();
        // @ts-expect-error not one of its integrations
        void (() => ctx.credentials.get("other"));
        return {};
      },
    });
  });

  test("follow in triggers and datasources, and for nodes of version 2", () => {
    const trigger = defineTrigger({
      name: "types",
      outputs: { count: "number", title: "str" },
      config: { step: field.number({ type: "int", default: 1 }) },
      initialState: { last: 0 },
      poll(_ctx, { config, state }) {
        expectTypeOf(config.step).toEqualTypeOf<number>();
        expectTypeOf(state).toEqualTypeOf<{ last: number }>();
        return { events: [{ count: 1, title: "x" }], state: { last: state.last + config.step } };
      },
    });
    expectTypeOf(pollTrigger<never, { last: number }, { title: string }>).toBeFunction();
    defineDatasource({
      name: "types",
      config: { path: field.text({}) },
      fetch: async (_ctx, { config }) => [{ uri: config.path, name: "a" }],
    });
    defineNodeV2({
      name: "types",
      title: "Types",
      config: { words: field.chipsListText({ bindable: true }) },
      outputs: { text: data.text() },
      call: (_ctx, { config }) => ({ text: config.words.join("") }),
    });
    expect(trigger.name).toBe("types");
  });
});

describe("a wrong output does not compile", () => {
  const outputs = { text: data.text(), files: data.file({ list: true, optional: true }) };

  test("of another type", () => {
    // @ts-expect-error a number is no text
    defineNode({ name: "types", title: "Types", outputs, call: () => ({ text: 1 }) });
    // @ts-expect-error nor asynchronously
    defineNode({ name: "types", title: "Types", outputs, call: async () => ({ text: 1 }) });
  });

  test("that is missing", () => {
    // @ts-expect-error text is not optional
    defineNode({ name: "types", title: "Types", outputs, call: async () => ({}) });
    defineNode({ name: "types", title: "Types", outputs, call: async () => ({ text: "" }) });
  });

  test("that is not declared", () => {
    // @ts-expect-error there is no output "more"
    defineNode({ name: "types", title: "Types", outputs, call: async () => ({ text: "", more: 1 }) });
  });

  test("of an event, or in a state", () => {
    const outputs = { count: "number" } as const;
    // @ts-expect-error count is a number
    defineTrigger({ name: "t", outputs, poll: () => ({ events: [{ count: "1" }], state: {} }) });
  });
});

test("options that a display does not have, or needs, do not compile", () => {
  // @ts-expect-error
  field.text({ label: "x", numberOfLine: 3 });
  // @ts-expect-error min and max are required
  expect(() => field.numberRange({ label: "x" })).toThrow('needs "min"');
  // @ts-expect-error the default is one of the values
  field.select({ values: ["a"], default: "b" });
});

test("what a test gives to a node, and gets, is typed too", async () => {
  const node = defineNode({
    name: "types",
    title: "Types",
    inputs: { when: data.datetime() },
    outputs: { when: data.datetime(), file: data.file() },
    call: (_ctx, { inputs }) => ({ when: inputs.when, file: { uri: "spot://1", name: "a" } }),
  });
  const { outputs } = await runNode(node, { inputs: { when: new Date(0) } });
  expectTypeOf(outputs).toEqualTypeOf<{ when: string; file: FileValue }>();
  expect(outputs).toEqual({ when: "1970-01-01T00:00:00Z", file: { uri: "spot://1", name: "a" } });
  // @ts-expect-error the input is missing
  await expect(runNode(node, { inputs: {} })).rejects.toThrow('required input "when"');
});

test("a plugin that cannot work is refused where it is defined", () => {
  const base = { name: "p", displayName: "P", version: "1.0.0", description: "", author: "" };
  const node = defineNode({ name: "n", title: "N", call: () => ({}) });
  expect(() => definePlugin(base)).toThrow("at least one node");
  expect(() => definePlugin({ ...base, nodes: [node, node] })).toThrow('two nodes named "n"');
  const typed = defineNode({ name: "n", title: "N", pluginConfig: defineConfig({}), call: () => ({}) });
  expect(() => definePlugin({ ...base, nodes: [typed] })).toThrow("another pluginConfig");
});
