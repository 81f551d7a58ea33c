import { z } from "zod";

/** Where a node of either form carries its policy: `node_config`, the one place that every published client keeps. */
export const NODE_POLICY_KEY = "__policy";

/** A day: longer than any call that somebody still waits for, and far below what timers hold. */
const longestS = 86_400;

/** How a workflow wants one of its nodes to be called. Strict: a misspelled key would silently do nothing. */
export const nodePolicySchema = z
  .strictObject({
    /** Items at once, where a list is mapped over the node; as many as the worker takes without it. */
    concurrency: z.number().int().min(1).max(256).optional(),
    /** Seconds that one attempt may take; where the node's type has a `max_timeout`, the shorter of both holds. */
    timeout: z.number().positive().max(longestS).optional(),
    /** Attempts after the first one, where a call fails. */
    retries: z.number().int().min(0).max(100).default(0),
    /** Seconds before the first retry; doubles with each; chance makes it up to twice as long. */
    backoff: z.number().min(0).max(longestS).default(1),
    /** Longest wait between two attempts, in seconds. */
    max_backoff: z.number().min(0).max(longestS).default(60),
    /**
     * When no attempt is left: `fail` the run, go on with `default`, or take the `branch` of the on_error output.
     * By default `branch` where something is connected to on_error, else `fail`.
     */
    on_error: z.enum(["fail", "default", "branch"]).optional(),
    /** Outputs by name for `on_error: "default"`. */
    default: z.record(z.string(), z.unknown()).optional(),
    /**
     * What becomes of a call that was under way when its worker or its connection was lost, or its time was up, so that
     * nobody knows whether it took effect: `retry` calls again, `fail` does not.
     */
    on_interruption: z.enum(["retry", "fail"]).default("retry"),
  })
  .refine((policy) => policy.on_error !== "default" || policy.default !== undefined, {
    path: ["default"],
    message: 'on_error "default" needs the outputs to go on with: {"default": {"output": …}}',
  });
export type NodePolicy = z.infer<typeof nodePolicySchema>;
