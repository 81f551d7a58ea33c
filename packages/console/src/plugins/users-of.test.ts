import { expect, test } from "vitest";
import type { Workflow } from "../api/workflows.ts";
import { usersOf } from "./users-of.ts";

const workflow = (name: string, definition: Record<string, unknown>) => ({ name, definition }) as Workflow;

test("a workflow depends on a plugin by any of its nodes, whatever form it has", () => {
  const all = [
    workflow("uses", { nodes: [{ type: "InputNode" }, { type: "SlugNode" }] }),
    workflow("does not", { nodes: [{ type: "InputNode" }] }),
    workflow("empty", {}),
    workflow("broken", { nodes: [null, {}, "x"] }),
  ];
  expect(usersOf(["SlugNode"], all).map(({ name }) => name)).toEqual(["uses"]);
});
