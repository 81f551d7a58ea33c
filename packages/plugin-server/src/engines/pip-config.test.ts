import { join } from "node:path";
import { expect, test } from "vitest";
import { madeUpPlugin } from "../../../../fixtures/plugin-files.ts";
import { parseConfig, readPipOptions } from "./pip-config.ts";

test("options of [global] and [install] are read, other sections and comments are not", () => {
  const text = `
# a comment
[global]
index-url = https://user:pass@index.example/simple
extra_index_url =
    https://one.example/simple
    https://two.example/simple
; another
[download]
timeout = 3
[install]
find-links: /opt/wheels
`;
  expect(parseConfig(text)).toEqual({
    "index-url": "https://user:pass@index.example/simple",
    "extra-index-url": "https://one.example/simple https://two.example/simple",
    "find-links": "/opt/wheels",
  });
});

test("variables win over PIP_CONFIG_FILE, which wins over the user's file", async () => {
  await using home = await madeUpPlugin({
    ".config/pip/pip.conf": "[global]\nindex-url = user\ncert = user\nproxy = user\n",
    "named.conf": "[global]\nindex-url = named\ncert = named\n",
  });
  const options = await readPipOptions({
    HOME: home.folder,
    PIP_CONFIG_FILE: join(home.folder, "named.conf"),
    PIP_INDEX_URL: "variable",
  });
  expect(options).toMatchObject({ "index-url": "variable", cert: "named", proxy: "user" });
});

test("the null device switches every file off", async () => {
  await using home = await madeUpPlugin({ ".pip/pip.conf": "[global]\nindex-url = user\n" });
  expect(await readPipOptions({ HOME: home.folder, PIP_CONFIG_FILE: "/dev/null" })).not.toHaveProperty(
    "index-url",
    "user",
  );
});
