import { type BuiltInNode, connector, define, field, ON_ERROR } from "./built-in-node.ts";

/** Calls to other services. */
export const networkNodes: BuiltInNode[] = [
  {
    pure: false,
    definition: define({
      type: "HttpRequestNode",
      title: "HTTP request",
      description: "Sends an HTTP request. An answer with a status of 400 or more fails the node.",
      category: "integrations",
      inputs: [connector("url", "str"), connector("body", "Any", { optional: true })],
      outputs: [
        connector("body", "Any"),
        connector("status", "number"),
        connector("headers", "dict"),
        connector(ON_ERROR, "dict"),
      ],
      config: {
        method: field({
          type: "str",
          label: "Method",
          byDefault: "GET",
          display: { type: "select", values: ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"] },
        }),
        headers: field({ type: "dict", label: "Headers" }),
        timeout_seconds: field({ type: "float", label: "Time limit in seconds", byDefault: 30 }),
        fail_on_status: field({
          type: "bool",
          label: "Fail on a status of 400 or more",
          byDefault: true,
        }),
      },
    }),
  },
];
