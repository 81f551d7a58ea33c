import { UserError } from "@noxus/sdk";
import { z } from "zod";
import type { GitLabCredentials } from "./gitlab.ts";

const tokensSchema = z.object({ access_token: z.string(), refresh_token: z.string() });

/** Not the signal of one call: others wait for the same renewal, and its tokens must not get lost. */
const renewalTimeoutMs = 15_000;
const maxRemembered = 100;

/**
 * Renewals under way and done, by the refresh token that each used up. GitLab takes one only once: calls that run side
 * by side share the renewal, and one that was given the old token meanwhile finds what came of it.
 */
const renewals = new Map<string, Promise<GitLabCredentials>>();

/**
 * The newest credentials that come of these; undefined where they cannot be renewed.
 *
 * @throws UserError where GitLab refuses.
 */
export async function renewTokens(credentials: GitLabCredentials): Promise<GitLabCredentials | undefined> {
  if (credentials.refresh_token === undefined || credentials.client_id === undefined) return undefined;
  let newest = await (renewals.get(credentials.refresh_token) ?? startRenewal(credentials));
  for (let next = following(newest); next; next = following(newest)) newest = await next;
  return newest;
}

function following({ refresh_token }: GitLabCredentials): Promise<GitLabCredentials> | undefined {
  return refresh_token === undefined ? undefined : renewals.get(refresh_token);
}

function startRenewal(credentials: GitLabCredentials): Promise<GitLabCredentials> {
  const used = credentials.refresh_token ?? "";
  const renewal = requestTokens(credentials);
  renewals.set(used, renewal);
  // A failed one may be tried again.
  renewal.catch(() => renewals.delete(used));
  const [oldest] = renewals.keys();
  if (renewals.size > maxRemembered && oldest !== undefined) renewals.delete(oldest);
  return renewal;
}

async function requestTokens(credentials: GitLabCredentials): Promise<GitLabCredentials> {
  const { address, refresh_token = "", client_id = "", client_secret } = credentials;
  const form = new URLSearchParams({ grant_type: "refresh_token", refresh_token, client_id });
  if (client_secret !== undefined) form.set("client_secret", client_secret);
  const answer = await fetch(`${address.replace(/\/+$/, "")}/oauth/token`, {
    method: "POST",
    body: form,
    signal: AbortSignal.timeout(renewalTimeoutMs),
  });
  const body: unknown = await answer.json().catch(() => undefined);
  if (answer.status === 400 || answer.status === 401)
    throw new UserError("GitLab does not renew the access any more. Connect GitLab again.");
  if (!answer.ok) throw new Error(`GitLab answered ${answer.status} when the token was to be renewed.`);
  return { ...credentials, ...tokensSchema.parse(body) };
}
