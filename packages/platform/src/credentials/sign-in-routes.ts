import { json } from "node:stream/consumers";
import { callHeaders, NoxusError } from "@noxus/contracts";
import type { HttpServer } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import { callContext } from "./call-context.ts";
import { credentialSchema, toCredential } from "./credential-record.ts";
import { putCredential } from "./credential-store.ts";
import { integrationPlugin } from "./integration-plugin.ts";

const tags = ["credentials"];

/** The plugin asks its service over the network; a person waits for it. */
const askTimeoutMs = 20_000;

const startBody = z.object({
  integration: z.string().min(1).describe("The integration's type, as nodes name it."),
  name: z.string().min(1).max(200).default("default").describe("Under which the credentials are stored."),
});

/** What the plugin tells the person to do, and how long there is for it. */
const deviceStartSchema = z.object({
  session_id: z.string(),
  // People are led there: no address that would run code in their browser.
  verification_url: z.url({ protocol: /^https?$/, error: "an address of the web (https://…)" }),
  user_code: z.string(),
  expires_in_seconds: z.number().nullish(),
  poll_interval_seconds: z.number().nullish(),
});

const devicePollSchema = z.object({
  status: z.enum(["pending", "complete", "failed", "expired"]),
  credentials: z.record(z.string(), z.unknown()).nullish(),
  error: z.string().nullish(),
});

/** What the platform knows of a sign-in under way; it travels sealed with its caller. */
const signInSchema = z.object({
  workspaceId: z.string(),
  integration: z.string(),
  name: z.string(),
  sessionId: z.string(),
});

/**
 * Sign-in by a code that a person enters on another device: the plugin speaks with the service, the platform stores what
 * comes of it. Nothing is kept meanwhile: the sealed `sign_in` holds whose it is, so that no other workspace can end it.
 */
export function registerSignInRoutes(server: HttpServer, deps: PlatformDependencies): void {
  addStart(server, deps);
  addPoll(server, deps);
}

function addStart(server: HttpServer, deps: PlatformDependencies): void {
  server.post(
    "/v1/credentials/sign-in",
    {
      schema: {
        tags,
        summary: "Begin a sign-in with a code",
        description:
          "Show the person `verification_url` and `user_code`; then ask `/v1/credentials/sign-in/poll` every `poll_interval_seconds` until its status is not `pending`.",
        body: startBody,
        response: { 200: deviceStartSchema.omit({ session_id: true }).extend({ sign_in: z.string() }) },
      },
    },
    async ({ body: { integration, name }, access: { workspaceId } }) => {
      const answer = await ask({ integration, workspaceId, verb: "start" }, deps);
      const { session_id: sessionId, ...shown } = readAnswer(deviceStartSchema, answer);
      const signIn = { workspaceId, integration, name, sessionId };
      return { ...shown, sign_in: deps.keyring.seal(JSON.stringify(signIn)) };
    },
  );
}

function addPoll(server: HttpServer, deps: PlatformDependencies): void {
  server.post(
    "/v1/credentials/sign-in/poll",
    {
      schema: {
        tags,
        summary: "Ask how a sign-in goes",
        description: "With `complete`, the credentials are stored, in place of those of the same name.",
        body: z.object({ sign_in: z.string().describe("As it was given when the sign-in began.") }),
        response: {
          200: z.object({
            status: devicePollSchema.shape.status,
            error: z.string().optional(),
            credential: credentialSchema.optional(),
          }),
        },
      },
    },
    async ({ body, access: { workspaceId } }) => {
      const { integration, name, sessionId } = openSignIn(body.sign_in, workspaceId, deps);
      const more = { session_id: sessionId };
      const answer = await ask({ integration, workspaceId, verb: "poll", more }, deps);
      const { status, credentials: payload, error } = readAnswer(devicePollSchema, answer);
      if (status !== "complete") return { status, ...(error && { error }) };
      const stored = { workspaceId, integration, name, payload: payload ?? {} };
      const row = await putCredential(deps.database.db, deps.keyring, stored);
      return { status, credential: toCredential(row) };
    },
  );
}

interface Asked {
  integration: string;
  workspaceId: string;
  verb: "start" | "poll";
  more?: Record<string, unknown>;
}

/** @throws NoxusError `sign_in_unsupported`, `plugin_unknown`, and what the plugin answers. */
async function ask(
  { integration, workspaceId, verb, more = {} }: Asked,
  deps: PlatformDependencies,
): Promise<unknown> {
  const plugin = await integrationPlugin(integration, deps);
  const definition = plugin.manifest?.integrations?.find(({ type }) => type === integration);
  if (!definition?.supports_device_auth)
    throw new NoxusError(
      "sign_in_unsupported",
      `The integration "${integration}" of the plugin "${plugin.name}" has no sign-in with a code. Store its credentials with POST /v1/credentials.`,
    );
  const ctx = await callContext({ plugin, workspaceId, integrations: [integration] }, deps);
  const { body } = await deps.pluginServers.askPlugin(plugin.id, {
    method: "POST",
    path: `/integrations/${encodeURIComponent(integration)}/device-auth/${verb}`,
    body: { ctx, ...more },
    headers: { [callHeaders.workspace]: workspaceId },
    timeoutMs: askTimeoutMs,
    signal: AbortSignal.any([deps.signal, AbortSignal.timeout(askTimeoutMs)]),
  });
  return json(body);
}

function readAnswer<T>(schema: z.ZodType<T>, answer: unknown): T {
  const parsed = schema.safeParse(answer);
  if (parsed.success) return parsed.data;
  throw new NoxusError(
    "plugin_protocol_error",
    `The plugin's answer is no sign-in as the SDK describes it: ${z.prettifyError(parsed.error)}`,
    { cause: parsed.error },
  );
}

/** The same refusal for a sign-in of another workspace as for one that never was. */
function openSignIn(sealed: string, workspaceId: string, { keyring }: PlatformDependencies) {
  try {
    const signIn = signInSchema.parse(JSON.parse(keyring.open(sealed)));
    if (signIn.workspaceId === workspaceId) return signIn;
  } catch {
    // Altered, or of another platform.
  }
  throw new NoxusError("not_found", "There is no such sign-in in this workspace. Begin one, then ask again.");
}
