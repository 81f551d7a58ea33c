import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifestSchema } from "@noxus/contracts";
import { afterAll, expect, test } from "vitest";
import { checkCompatibility } from "./check-compatibility.ts";
import { SourcePlaces } from "./source-places.ts";

const folder = mkdtempSync(join(tmpdir(), "noxus-compatible-"));
afterAll(() => rmSync(folder, { recursive: true }));

const text = { definition: { data_type: "str" } };

function manifest(version: string, change: Record<string, unknown> = {}) {
  const node = {
    type: "Greet",
    inputs: [
      { name: "name", ...text },
      { name: "title", optional: true, ...text },
    ],
    outputs: [{ name: "greeting", ...text }],
    config: { loud: { type: "bool", default: false } },
  };
  const integrations = [{ type: "service" }];
  return manifestSchema.parse({ name: "hello", version, integrations, nodes: [{ ...node, ...change }] });
}

async function broken(before: ReturnType<typeof manifest>, after: ReturnType<typeof manifest>) {
  const places = await SourcePlaces.read(folder, "package.json");
  return checkCompatibility(before, after, places).map(({ rule, severity }) => `${severity} ${rule}`);
}

test("what would break workflows is an error each, and what only adds is none", async () => {
  const before = manifest("1.2.0");
  const cases: [change: Record<string, unknown>, expected: string[]][] = [
    [{ type: "Welcome" }, ["error node-removed"]],
    [{ inputs: [{ name: "name", ...text }] }, ["error input-removed"]],
    [
      {
        inputs: [
          { name: "name", ...text },
          { name: "title", ...text },
        ],
      },
      ["error input-required"],
    ],
    [{ inputs: [...(before.nodes[0]?.inputs ?? []), { name: "new", ...text }] }, ["error input-required"]],
    [{ inputs: [...(before.nodes[0]?.inputs ?? []), { name: "new", optional: true, ...text }] }, []],
    [
      { outputs: [{ name: "greeting", definition: { data_type: "str", is_list: true } }] },
      ["error type-changed"],
    ],
    [{ outputs: [] }, ["error output-removed"]],
    [{ config: { loud: { type: "int", default: 1 } } }, ["error type-changed"]],
    [
      { config: { loud: { type: "bool", default: false }, key: { type: "str" } } },
      ["error setting-required"],
    ],
    [{ title: "Better" }, []],
  ];
  for (const [change, expected] of cases)
    expect(await broken(before, manifest("1.3.0", change)), JSON.stringify(change)).toEqual(expected);
  const without = { ...manifest("1.3.0"), integrations: [] };
  expect(await broken(before, without)).toEqual(["error integration-removed"]);
});

test("a version that may break things only warns, and a published one may not be changed", async () => {
  const change = { outputs: [] };
  expect(await broken(manifest("1.2.0"), manifest("2.0.0", change))).toEqual(["warning output-removed"]);
  expect(await broken(manifest("0.2.0"), manifest("0.3.0", change))).toEqual(["warning output-removed"]);
  expect(await broken(manifest("0.2.0"), manifest("0.2.1", change))).toEqual(["error output-removed"]);
  expect(await broken(manifest("1.2.0"), manifest("1.2.0", { title: "Better" }))).toEqual([
    "error version-not-raised",
  ]);
  expect(await broken(manifest("1.2.0"), manifest("1.2.0"))).toEqual([]);
});
