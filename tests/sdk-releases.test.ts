import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyPlugin, type PluginCopy } from "../fixtures/plugin-copy.ts";
import { startPluginServer, type TestPluginServer, wantedPlugin } from "../fixtures/plugin-server.ts";
import { pluginFixture } from "../fixtures/plugins.ts";
import { capabilities, type RunningRelease, releaseOn } from "../fixtures/sdk-capabilities.ts";
import { releasePage } from "../fixtures/sdk-release-page.ts";
import type { PluginReport } from "../packages/contracts/src/index.ts";

const loadable = ["0.1.0", "0.2.0", "0.3.0", "0.4.0", "0.5.5", "0.5.6", "0.6.0"];
const broken = ["0.5.0", "0.5.2"];
/** The column of our own SDK. */
const typescript = "TypeScript";
const withoutFiles = ["0.1.0", "0.2.0"];
const withFiles = loadable.filter((release) => !withoutFiles.includes(release));
const examples = join(import.meta.dirname, "../plugins");

/** Environments from a cold cache are made two at a time. */
const installTimeoutMs = 170_000;

let server: TestPluginServer;
const copies: PluginCopy[] = [];
const ids = new Map<string, string>();
const found = new Map<string, Map<string, string>>();

/** What the page says of one capability with one release: "yes", or the reason why not. */
function note(title: string, release: string, cell: string): void {
  const row = found.get(title) ?? new Map<string, string>();
  found.set(title, row.set(release, cell));
}

beforeAll(async () => {
  server = await startPluginServer({ variables: { PLUGIN_SERVER_MAX_INSTALLS: "2" } });
  const echo = pluginFixture("every-release");
  const [text, documents] = [join(examples, "text-tools"), join(examples, "document-tools")];
  const wanted = await Promise.all([
    ...[...loadable, ...broken].flatMap((release) => [
      want(`setting ${release}`, echo, { release, setting: true }),
      want(`declared ${release}`, echo, { release, dependencies: [`noxus-sdk==${release}`] }),
    ]),
    ...loadable.map((release) => want(`text ${release}`, text, { release, setting: true })),
    ...loadable.map((release) => want(`documents ${release}`, documents, { release, setting: true })),
  ]);
  const twin = wantedPlugin({ type: "local", path: pluginFixture("typescript/every-release") });
  ids.set(typescript, twin.id);
  await server.put(...wanted, twin);
});

afterAll(async () => {
  await server.stop();
  for (const copy of copies) await copy[Symbol.asyncDispose]();
});

async function want(
  key: string,
  folder: string,
  options: { release: string; setting?: true; dependencies?: string[] },
) {
  const { release, setting, dependencies } = options;
  const suffix = `${setting ? "set" : "declared"}-${release.replaceAll(".", "-")}`;
  const copy = await copyPlugin(folder, { suffix, ...(dependencies && { dependencies }) });
  copies.push(copy);
  const wanted = wantedPlugin(
    { type: "local", path: copy.folder },
    setting ? { settings: { sdkRelease: release } } : {},
  );
  ids.set(key, wanted.id);
  return wanted;
}

function until(key: string, status: PluginReport["status"]): Promise<PluginReport> {
  return server.until(ids.get(key) ?? "", status, installTimeoutMs);
}

describe.each(loadable)("release %s of the SDK", (release) => {
  let plugin: RunningRelease;

  test("is installed and runs where the plugin's setting says so", {
    timeout: installTimeoutMs,
  }, async () => {
    const report = await until(`setting ${release}`, "running");
    expect(report.sdk).toMatchObject({ release, reason: "The plugin's settings say so." });
    plugin = releaseOn(server, release, report);
    note("transport", release, report.transport ?? "");
    note("chosen by the plugin's setting", release, "yes");
  });

  test("is found in the plugin's declaration", { timeout: installTimeoutMs }, async () => {
    const report = await until(`declared ${release}`, "running");
    expect(report.sdk?.release).toBe(release);
    const declared = releaseOn(server, release, report);
    const { body } = await declared.execute("repeat", { inputs: { text: "ab" } });
    expect(body.outputs).toEqual({ text: "ab" });
    note("chosen from the plugin's declaration", release, "yes");
  });

  test.each(capabilities)("$title", async ({ title, check, lacking }) => {
    const lack = lacking?.find(({ releases }) => releases.includes(release));
    await (lack ? lack.refused(plugin) : check(plugin));
    note(title, release, lack?.why ?? "yes");
  });

  test("runs the example text-tools", { timeout: installTimeoutMs }, async () => {
    const plugin = releaseOn(server, release, await until(`text ${release}`, "running"));
    const { body } = await plugin.execute("SlugNode", { inputs: { text: "Olá, Mundo" } });
    expect(body.outputs).toEqual({ slug: "ola-mundo" });
    note("example text-tools", release, "yes");
  });
});

describe("the SDK for TypeScript", () => {
  let plugin: RunningRelease;

  test("is installed and runs", { timeout: installTimeoutMs }, async () => {
    const report = await until(typescript, "running");
    plugin = releaseOn(server, typescript, report);
    note("transport", typescript, report.transport ?? "");
    for (const title of ["chosen by the plugin's setting", "chosen from the plugin's declaration"])
      note(title, typescript, "it comes with the plugin server, or from package.json");
    for (const title of ["example text-tools", "example document-tools"])
      note(title, typescript, "written in Python");
  });

  test.each(capabilities)("$title", async ({ title, check }) => {
    await check(plugin);
    note(title, typescript, "yes");
  });

  test("announces what goes beyond the contract, and no Python SDK does", async () => {
    for (const release of loadable)
      expect((await until(`setting ${release}`, "running")).manifest).not.toHaveProperty("extensions");
    const announced = Object.keys((plugin.report.manifest?.extensions ?? {}) as object);
    const beyond = {
      cancel: "cancelled where nobody waits any more",
      context: "deadline and idempotency key of a call",
      files: "files as plain bytes",
      progress: "progress of a call",
      user_error: "the user's errors told apart",
    };
    expect(announced.toSorted()).toEqual(Object.keys(beyond));
    for (const title of Object.values(beyond)) {
      note(`beyond the contract: ${title}`, typescript, "yes");
      for (const release of [...loadable, ...broken])
        note(`beyond the contract: ${title}`, release, "the Python SDK announces no extensions");
    }
  });
});

test.each(withFiles)("release %s of the SDK runs the example document-tools", async (release) => {
  const report = await until(`documents ${release}`, "running");
  const { post } = releaseOn(server, release, report);
  expect((await post("/integrations/document_seal/ready", { signer: "Ana", key: "x".repeat(16) })).body).toBe(
    true,
  );
  const call = { ctx: {}, inputs: { table: await makeFile(release) }, config: {} };
  const ungranted = await post("/nodes/TableReportNode/execute", call);
  expect(ungranted.status).toBeGreaterThanOrEqual(400);
  const answer = await post("/nodes/TableReportNode/execute", call, {
    "x-noxus-files": call.inputs.table.id,
  });
  expect(answer).toMatchObject({ status: 200, body: { outputs: { summary: "1 rows, 2 columns" } } });
  note("example document-tools", release, "yes");
});

/** A CSV file on the server, made by another plugin of the same release. */
async function makeFile(release: string): Promise<{ id: string }> {
  const maker = releaseOn(server, release, await until(`setting ${release}`, "running"));
  const { body } = await maker.execute("make_file", { inputs: { text: "city,people\nPorto,231800\n" } });
  return body.outputs.file;
}

test.each(withoutFiles)(
  "on release %s of the SDK document-tools fails with the name that is missing",
  async (release) => {
    const { failure, warnings } = await until(`documents ${release}`, "error");
    expect(failure).toMatchObject({
      code: "plugin_import_error",
      message: expect.stringMatching(/noxus_sdk\.(files|integrations)/),
    });
    expect(warnings.join()).toContain(`noxus-sdk ${release} has no noxus_sdk.files`);
    note("example document-tools", release, "it needs files, which came with 0.3.0: `plugin_import_error`");
  },
);

describe.each(broken)("release %s of the SDK, published without a module of its own", (release) => {
  test("is refused as a setting", async () => {
    const { failure } = await until(`setting ${release}`, "error");
    expect(failure).toMatchObject({
      code: "sdk_release_broken",
      message: expect.stringMatching(new RegExp(`${release} .* without its module \\S+: no plugin loads`)),
    });
    expect(failure?.nextAttemptAt).toBeUndefined();
    const why = "published without a module of its own; the setting is refused: `sdk_release_broken`";
    for (const title of ["chosen by the plugin's setting", ...capabilities.map((each) => each.title)])
      note(title, release, why);
    note("example text-tools", release, why);
    note("example document-tools", release, why);
  });

  test("is passed over as a declaration, with a warning", { timeout: installTimeoutMs }, async () => {
    const { sdk } = await until(`declared ${release}`, "running");
    expect(sdk?.release).toBe("0.6.0");
    expect(sdk?.warnings.join()).toContain(`==${release}`);
    note(
      "chosen from the plugin's declaration",
      release,
      "the newest release that has the plugin's imports is taken instead, with a warning",
    );
  });
});

test("docs/sdk-releases.md says what was found here", async () => {
  const hint = "docs/sdk-releases.md differs; make it anew: npx vitest run tests/sdk-releases.test.ts -u";
  const releases = [...[...loadable, ...broken].sort(), typescript];
  await expect(releasePage(releases, found), hint).toMatchFileSnapshot("../docs/sdk-releases.md");
});
