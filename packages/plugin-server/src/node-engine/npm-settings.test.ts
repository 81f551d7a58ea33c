import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { machineVariableNames } from "../engines/machine-settings.ts";
import { npmSettingNames, packageManagerEnvironment } from "./npm-settings.ts";

test("of npm's settings those reach it that say where packages come from, not those that say what is installed", () => {
  const machine = {
    PATH: "/usr/bin",
    NPM_CONFIG_REGISTRY: "https://registry.example/",
    "npm_config_@team:registry": "https://team.example/",
    "npm_config_//team.example/:_authToken": "s3cret",
    npm_config_ignore_scripts: "false",
    npm_config_local_prefix: "/home/somebody",
    npm_config_user_agent: "npm",
    NODE_OPTIONS: "--require=/tmp/x.js",
    PLUGIN_SERVER_API_KEY: "key",
  };
  expect(packageManagerEnvironment(machine)).toEqual({
    CI: "1",
    NO_COLOR: "1",
    PATH: "/usr/bin",
    NPM_CONFIG_REGISTRY: "https://registry.example/",
    "npm_config_@team:registry": "https://team.example/",
    "npm_config_//team.example/:_authToken": "s3cret",
  });
});

test("the documentation names every variable that is passed on", async () => {
  const page = await readFile(new URL("../../../../docs/typescript-plugins.md", import.meta.url), "utf8");
  const names = [...machineVariableNames.packageManager, ...npmSettingNames];
  expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});
