import { describe, expect, test } from "vitest";
import { chooseSdk, declaredSpecifier, type SdkChoiceInput } from "./sdk-choice.ts";

const choose = (input: Partial<SdkChoiceInput>) =>
  chooseSdk({ dependencies: [], imports: [], attributes: [], ...input });

const imports = (...names: string[]) =>
  names.map((full) => {
    const [module = "", name = null] = full.split(":");
    return { module, name, optional: false, file: "plugin/__init__.py", line: 3 };
  });

const setting = (base: string, name: string) => [
  { base, name, value: null, file: "plugin/__init__.py", line: 9 },
];

describe("without a declaration", () => {
  test("the newest release is taken, with patches that are newer than the table", () => {
    expect(choose({})).toMatchObject({
      release: "0.6.0",
      requirement: "noxus-sdk>=0.6.0,<0.7",
      worker: true,
      warnings: [],
    });
  });

  test.each([
    ["noxus_sdk.integrations:NangoIntegration", "0.1.0"],
    ["noxus_sdk.ncl:ConfigTextArray", "0.1.0"],
    ["noxus_sdk.integrations:BaseCredentials", "0.6.0"],
    ["noxus_sdk.files:File", "0.6.0"],
    ["noxus_sdk.triggers", "0.6.0"],
  ])("%s leads to %s", (name, release) => {
    expect(choose({ imports: imports(name) }).release).toBe(release);
  });

  test("an older release serves as a fall-back only where it has the imports too", () => {
    expect(choose({ imports: imports("noxus_sdk.nodes:BaseNodeV2") }).fallbacks).toEqual(["0.5.6"]);
    expect(choose({ imports: imports("noxus_sdk.files:File") }).fallbacks).toEqual([
      "0.5.6",
      "0.5.5",
      "0.4.0",
      "0.3.0",
    ]);
  });
});

describe("markers of each release, as the table of exports has them", () => {
  test.each([
    ["noxus_sdk.integrations:BaseCredentials", "<0.5", "0.4.0"],
    ["noxus_sdk.plugins.context:RunExecutionContext", "<0.4", "0.3.0"],
    ["noxus_sdk.nodes:VariableConnector", "<0.5.6", "0.5.5"],
    ["noxus_sdk.nodes.connector:NodeDetail", "<0.5.6", "0.5.5"],
    ["noxus_sdk.ncl.details_display", "<0.5.6", "0.5.5"],
    ["noxus_sdk.errors", "<0.6", "0.5.6"],
    ["noxus_sdk.datasources:BaseDataSource", "<0.6", "0.5.6"],
    ["noxus_sdk.ncl:ConfigPassword", "<0.6", "0.5.6"],
  ])("%s with noxus-sdk%s leads to %s", (name, declared, release) => {
    const choice = choose({ dependencies: [`noxus-sdk${declared}`], imports: imports(name) });
    expect(choice).toMatchObject({ release, warnings: [] });
  });

  test.each([
    ["noxus_sdk.nodes:BaseNodeV2", "<0.5.6"],
    ["noxus_sdk.integrations:IntegrationProviderDefinition", "<0.6"],
    ["noxus_sdk.integrations.schemas:DeviceAuthStart", "<0.6"],
  ])("%s is not in noxus-sdk%s: the newest that has it is taken, with a warning", (name, declared) => {
    const choice = choose({ dependencies: [`noxus-sdk${declared}`], imports: imports(name) });
    expect(choice).toMatchObject({ release: "0.6.0", requirement: "noxus-sdk==0.6.0" });
    expect(choice.warnings[0]).toContain(`declares noxus-sdk${declared}`);
  });
});

describe("what the plugin declares", () => {
  test("bounds the choice, and the resolver is told both bounds", () => {
    expect(choose({ dependencies: ["httpx", "Noxus_SDK >=0.5.1 ; python_version>'3'"] })).toMatchObject({
      release: "0.6.0",
      requirement: "noxus-sdk>=0.6.0,<0.7,>=0.5.1",
    });
    expect(choose({ dependencies: ["noxus-sdk (<0.5)"] }).release).toBe("0.4.0");
  });

  test("a broken release alone: another is taken, with a warning", () => {
    const choice = choose({ dependencies: ["noxus-sdk==0.5.2"] });
    expect(choice.release).toBe("0.6.0");
    expect(choice.warnings[0]).toContain("0.5.0 and 0.5.2 do not");
  });

  test("a release newer than the table is left to the resolver, and nothing is checked", () => {
    const choice = choose({ dependencies: ["noxus-sdk>=0.7"], imports: imports("noxus_sdk.future:New") });
    expect(choice).toMatchObject({ requirement: "noxus-sdk>=0.7", release: "0.7", worker: true });
    expect(choice.warnings[0]).toContain("was not checked");
  });

  test("a URL or a bare name bounds nothing", () => {
    expect(declaredSpecifier(["noxus-sdk @ https://example.com/noxus_sdk.whl"])).toBe("");
    expect(declaredSpecifier(["noxus-sdk[dev]"])).toBe("");
    expect(declaredSpecifier(["noxus-sdk-extras>=3", "other"])).toBe("");
  });
});

describe("a lockfile is a preference", () => {
  test("it is followed where it has all that is imported", () => {
    const choice = choose({ lockedRelease: "0.5.6", imports: imports("noxus_sdk.triggers") });
    expect(choice).toMatchObject({ release: "0.5.6", requirement: "noxus-sdk==0.5.6" });
    expect(choice.reason).toContain("uv.lock names 0.5.6");
  });

  test("it is not followed where it lacks an import, and the reason says which", () => {
    const choice = choose({
      dependencies: ["noxus-sdk>=0.5.1"],
      lockedRelease: "0.5.6",
      imports: imports("noxus_sdk.integrations:IntegrationProviderDefinition"),
    });
    expect(choice.release).toBe("0.6.0");
    expect(choice.reason).toContain("uv.lock names 0.5.6, which lacks IntegrationProviderDefinition");
  });
});

describe("class attributes", () => {
  test("lead to the release that knows them", () => {
    const attributes = setting("BasePlugin", "execution_slots");
    expect(choose({ lockedRelease: "0.5.6", attributes }).release).toBe("0.6.0");
  });

  test("never outweigh a declaration, for an older release only ignores them", () => {
    const choice = choose({
      dependencies: ["noxus-sdk<0.6"],
      attributes: setting("BasePlugin", "setup_command"),
    });
    expect(choice.release).toBe("0.5.6");
    expect(choice.warnings[0]).toContain("does not know setup_command");
  });

  test("of the author's own say nothing", () => {
    expect(choose({ attributes: setting("BaseIntegration", "description") }).fallbacks).toContain("0.1.0");
  });
});

describe("no release fits", () => {
  test("names that nobody has are named with their place, and with the module that has one of that name", () => {
    expect(() =>
      choose({ imports: imports("noxus_sdk.nodes:BaseNodeV9", "noxus_sdk.nodes:BasePlugin") }),
    ).toThrow(
      expect.objectContaining({
        code: "sdk_release_unknown",
        message: expect.stringMatching(
          /noxus_sdk\.nodes\.BaseNodeV9 \(plugin\/__init__\.py:3\), noxus_sdk\.nodes\.BasePlugin \(.*noxus_sdk\.plugins.* has a BasePlugin/,
        ),
        data: { names: ["noxus_sdk.nodes.BaseNodeV9", "noxus_sdk.nodes.BasePlugin"] },
      }),
    );
  });

  test("names that no single release has together are named with the releases of each", () => {
    expect(() =>
      choose({ imports: imports("noxus_sdk.integrations:NangoIntegration", "noxus_sdk.triggers") }),
    ).toThrow(
      expect.objectContaining({
        code: "sdk_release_unknown",
        message: expect.stringContaining("NangoIntegration (plugin/__init__.py:3) is in 0.1.0"),
      }),
    );
  });

  test("an optional import is no demand", () => {
    const optional = imports("noxus_sdk.nowhere:Nothing").map((found) => ({ ...found, optional: true }));
    expect(choose({ imports: optional }).release).toBe("0.6.0");
  });
});

describe("the operator's choice", () => {
  test("is taken as it is, with a warning for what it lacks", () => {
    const choice = choose({ override: "0.5.5", imports: imports("noxus_sdk.triggers") });
    expect(choice).toMatchObject({ release: "0.5.5", requirement: "noxus-sdk==0.5.5", worker: false });
    expect(choice.warnings).toEqual(["noxus-sdk 0.5.5 has no noxus_sdk.triggers (plugin/__init__.py:3)."]);
  });

  test("may be newer than the table", () => {
    expect(choose({ override: "0.9.1" })).toMatchObject({ requirement: "noxus-sdk==0.9.1", worker: true });
  });

  test("of a broken release is refused, with the part that it lacks", () => {
    expect(() => choose({ override: "0.5.2" })).toThrow(
      expect.objectContaining({
        code: "sdk_release_broken",
        message: expect.stringContaining("noxus_sdk.ncl.details_display"),
      }),
    );
  });

  test("of a release that does not exist is refused, with those that do", () => {
    for (const override of ["0.5.4", "latest"]) {
      expect(() => choose({ override })).toThrow(
        expect.objectContaining({ code: "sdk_release_unknown", message: expect.stringContaining("0.5.5") }),
      );
    }
  });
});
