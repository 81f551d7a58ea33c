import { expect, test } from "vitest";
import { createPortFinder } from "./port-line.ts";

test.each([
  ["PLUGIN_PORT:8505\n", 8505],
  ["\u001b[32mPLUGIN_PORT:8505\u001b[0m\r\n", 8505],
  ["loading… PLUGIN_PORT:8505 done\n", 8505],
  ["PLUGIN_PORT:8505INFO: started\n", 8505],
  ["PLUGIN_PORT:none\nPLUGIN_PORT:42\n", 42],
  ["PLUGIN_PORT:0\n", undefined],
  ["PLUGIN_PORT:99999\n", undefined],
  ["PLUGIN_PORT:85", undefined],
])("in %j it finds %s, in one chunk and byte by byte", (text, port) => {
  expect(createPortFinder()(Buffer.from(text))).toBe(port);
  const find = createPortFinder();
  const found = [...Buffer.from(text)].map((byte) => find(Buffer.from([byte])));
  expect(found.find((one) => one !== undefined)).toBe(port);
});
