import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { presentRun } from "./present-run.ts";
import { tryNode } from "./try-node.ts";

const values = z.record(z.string(), z.unknown()).default({});
const body = z.object({
  inputs: values.describe(
    "By the input's name. A list where the node takes single items runs it once for each.",
  ),
  config: values.describe("As a workflow's `node_config`; texts in it are texts, never references."),
  timeout_seconds: z.number().positive().max(86_400).optional().describe("Longest time of the run."),
});

/** Runs of one node alone, without a workflow. */
export function registerTrialRoutes(server: HttpServer, deps: PlatformDependencies): void {
  server.post(
    "/v1/nodes/:type/runs",
    {
      schema: {
        tags: ["nodes"],
        summary: "Run one node alone",
        description:
          "Starts a run of this node with these inputs and this configuration, without a workflow. It is a run like any other: read its outputs at `/v1/runs/{id}/data`, follow its events, stop or replay it. Its `tried_node` names the node.",
        params: z.object({ type: z.string().describe("The node's type, as workflows name it.") }),
        body,
      },
    },
    async ({ params: { type }, body: { inputs, config, timeout_seconds }, access }) => {
      const { workspaceId, keyName } = access;
      const startedBy = { kind: "key" as const, name: keyName };
      const trial = { type, workspaceId, inputs, config, timeoutSeconds: timeout_seconds, startedBy };
      return presentRun(await tryNode(trial, deps));
    },
  );
}
