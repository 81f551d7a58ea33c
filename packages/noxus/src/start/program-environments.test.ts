import { expect, test } from "vitest";
import { programEnvironments } from "./program-environments.ts";

const secrets = { adminKey: "a-secret", encryptionKey: "e-secret", platformKey: "p-secret" };
const databaseUrl = "postgresql://d-secret@localhost/noxus";
const env = {
  PATH: "/bin",
  NOXUS_ADMIN_KEY: "a-secret",
  DATABASE_URL: databaseUrl,
  HTTPS_PROXY: "http://proxy",
};

test("each program is given the secrets that it needs and no others", () => {
  const all = programEnvironments({
    env,
    options: { port: "9000" },
    dataFolder: "/data",
    databaseUrl,
    secrets,
  });
  const seen = (values: object) =>
    ["a", "e", "p", "d"].filter((word) => JSON.stringify(values).includes(`${word}-secret`));
  expect(seen(all.platform)).toEqual(["a", "e", "p", "d"]);
  expect(seen(all.worker)).toEqual(["e", "d"]);
  expect(seen(all["plugin-server"])).toEqual(["p"]);
});

test("the rest of the environment is passed on, and options go before it", () => {
  const all = programEnvironments({
    env,
    options: { port: "9000" },
    dataFolder: "/data",
    databaseUrl,
    secrets,
  });
  expect(all.platform).toMatchObject({
    HTTPS_PROXY: "http://proxy",
    NOXUS_PORT: "9000",
    NOXUS_DATA_FOLDER: "/data",
  });
});

test("local plugins are allowed on one's own machine, unless the operator says otherwise", () => {
  const choice = { options: {}, dataFolder: "/data", databaseUrl, secrets };
  const allowed = (own: Record<string, string>) =>
    programEnvironments({ ...choice, env: own })["plugin-server"].PLUGIN_SERVER_ALLOW_LOCAL;
  expect([allowed({}), allowed({ PLUGIN_SERVER_ALLOW_LOCAL: "false" })]).toEqual(["true", "false"]);
});
