import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  data,
  defineDatasource,
  defineIntegration,
  defineNode,
  defineTrigger,
  field,
  UserError,
} from "../index.ts";
import { fetchDatasource, isReady, pollTrigger, runDynamicConfig, runNode, testFile } from "./index.ts";

const service = defineIntegration({
  type: "service",
  displayName: "Service",
  image: "https://example.com/service.png",
  credentials: { token: field.password({}) },
  isReady: ({ token }) => token === "good",
});

test("a node runs with files, credentials and configuration given by hand", async () => {
  const node = defineNode({
    name: "join",
    title: "Join",
    inputs: { files: data.file({ list: true }) },
    outputs: { file: data.file() },
    config: { glue: field.text({ default: "+" }) },
    integrations: [service],
    async call(ctx, { inputs, config }) {
      const texts = await Promise.all(inputs.files.map((file) => file.text()));
      ctx.progress(1, "joined");
      await ctx.credentials.update("service", { token: ctx.credentials.get("service").token + ctx.group });
      return { file: await ctx.files.write({ name: "all.txt", content: texts.join(config.glue) }) };
    },
  });
  const { outputs, files, progress, credentialUpdates } = await runNode(node, {
    inputs: { files: [testFile("a.txt", "a"), testFile("b.txt", "b")] },
    credentials: { service: { token: "t" } },
    group: "g",
  });
  expect(outputs.file).toMatchObject({ name: "all.txt", content_type: "text/plain" });
  expect(await files[0]?.text()).toBe("a+b");
  expect(progress).toEqual([{ fraction: 1, message: "joined" }]);
  expect(credentialUpdates).toMatchObject([{ integration: "service", payload: { token: "tg" } }]);
});

test("what a call throws, the test gets", async () => {
  const node = defineNode({
    name: "no",
    title: "No",
    call() {
      throw new UserError("not today");
    },
  });
  await expect(runNode(node)).rejects.toThrow(UserError);
});

test("credentials and the plugin's configuration pass through JSON: what is undefined is not there", async () => {
  const optional = { token: field.password({}), refresh: field.password({ optional: true }) };
  const renewable = defineIntegration({
    type: "renewable",
    displayName: "Renewable",
    image: "https://example.com/renewable.png",
    credentials: optional,
  });
  const node = defineNode({
    name: "keys",
    title: "Keys",
    outputs: { keys: data.list() },
    integrations: [renewable],
    call: (ctx) => ({
      keys: [ctx.credentials.get("renewable").token, ...Object.keys(ctx.pluginConfig)],
    }),
  });
  const { outputs } = await runNode(node, {
    credentials: { renewable: { token: "t", refresh: undefined } },
    pluginConfig: { set: 1, unset: undefined },
  });
  expect(outputs.keys).toEqual(["t", "set"]);
});

test("forms, triggers, datasources and integrations are tried alike", async () => {
  const node = defineNode({
    name: "form",
    title: "Form",
    config: { topic: field.text({}) },
    dynamicConfig: (_ctx, { values }) => ({ title: `About ${values.topic}`, ready: true }),
    call: () => ({}),
  });
  expect(await runDynamicConfig(node, { values: { topic: "tea" } })).toMatchObject({ title: "About tea" });
  const trigger = defineTrigger({
    name: "t",
    initialState: { n: 0 },
    poll: (_ctx, { state }) => ({ events: [], state: { n: state.n + 1 } }),
  });
  expect((await pollTrigger(trigger, { state: { n: 4 } })).state).toEqual({ n: 5 });
  const datasource = defineDatasource({
    name: "d",
    fetch: async (ctx) => [await ctx.files.write({ name: "a.bin", content: new Uint8Array([1, 2]) })],
  });
  const { fetched, files } = await fetchDatasource(datasource);
  expect(fetched).toMatchObject([{ name: "a.bin", content_type: "application/octet-stream" }]);
  expect(await files[0]?.bytes()).toEqual(Buffer.from([1, 2]));
  expect(await isReady(service, { token: "good" })).toBe(true);
  expect(await isReady(service, null)).toBe(false);
});

test("the README's plugin is the one that the tests start", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const plugin = readFileSync(
    new URL("../../../../fixtures/plugins-ts/hello/index.ts", import.meta.url),
    "utf8",
  );
  expect(readme).toContain(plugin.trim());
});
