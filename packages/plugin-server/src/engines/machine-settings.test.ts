import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { machineVariableNames, pluginEnvironment, uvEnvironment } from "./machine-settings.ts";

const machine = {
  PATH: "/usr/bin",
  HOME: "/home/me",
  SSL_CERT_FILE: "/etc/ca.pem",
  HTTPS_PROXY: "http://proxy.example:3128",
  UV_DEFAULT_INDEX: "https://user:pass@index.example/simple",
  UV_INDEX_TEAM_PASSWORD: "secret",
  UV_PROJECT_ENVIRONMENT: "/somewhere",
  VIRTUAL_ENV: "/somewhere",
  PIP_INDEX_URL: "https://pip.example/simple",
  NOXUS_PLATFORM_API_KEY: "secret",
  PLUGIN_SERVER_PLATFORM_KEY: "secret",
  DATABASE_URL: "secret",
};

describe("uv sees", () => {
  test("indexes, their credentials, certificates and proxies, and nothing of ours", () => {
    const environment = uvEnvironment(machine, {});
    expect(environment).toMatchObject({
      PATH: "/usr/bin",
      HTTPS_PROXY: "http://proxy.example:3128",
      UV_DEFAULT_INDEX: "https://user:pass@index.example/simple",
      UV_INDEX_TEAM_PASSWORD: "secret",
    });
    for (const name of [
      "UV_PROJECT_ENVIRONMENT",
      "VIRTUAL_ENV",
      "NOXUS_PLATFORM_API_KEY",
      "PLUGIN_SERVER_PLATFORM_KEY",
      "DATABASE_URL",
    ]) {
      expect(environment).not.toHaveProperty(name);
    }
  });

  test("pip's settings under its own names, where it has none of its own", () => {
    const pip = {
      "index-url": "https://pip.example/simple",
      "extra-index-url": "https://a.example https://b.example",
      "find-links": "/tmp /no/such/folder https://links.example",
      cert: "/pip/ca.pem",
      "trusted-host": "pip.example",
    };
    expect(uvEnvironment({}, pip)).toMatchObject({
      UV_DEFAULT_INDEX: "https://pip.example/simple",
      UV_INDEX: "https://a.example https://b.example",
      UV_FIND_LINKS: "/tmp,https://links.example",
      SSL_CERT_FILE: "/pip/ca.pem",
      UV_INSECURE_HOST: "pip.example",
    });
    expect(uvEnvironment(machine, pip)).toMatchObject({
      UV_DEFAULT_INDEX: machine.UV_DEFAULT_INDEX,
      SSL_CERT_FILE: "/etc/ca.pem",
    });
  });
});

test("a plugin sees certificates and proxies, never an index", () => {
  expect(pluginEnvironment(machine)).toEqual({
    PATH: "/usr/bin",
    SSL_CERT_FILE: "/etc/ca.pem",
    HTTPS_PROXY: "http://proxy.example:3128",
  });
});

test("the documentation names every variable that is passed on", async () => {
  const page = await readFile(new URL("../../../../docs/python-plugins.md", import.meta.url), "utf8");
  const unnamed = machineVariableNames.uv.filter((name) => !page.includes(`\`${name}\``));
  expect(unnamed).toEqual([]);
});
