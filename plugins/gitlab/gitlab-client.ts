import { setTimeout as delay } from "node:timers/promises";
import { UserError } from "@noxus/sdk";
import { z } from "zod";
import { apiUrl, type GitLabContext, type GitLabCredentials } from "./gitlab.ts";
import { renewTokens } from "./renew-tokens.ts";

export interface GitLabRequest {
  query?: Record<string, string>;
  /** Sent as JSON by POST; without it the request is a GET. */
  body?: object;
}

const maxAttempts = 4;
/** GitLab says how long to wait; longer than this is for the next run. */
const maxWaitS = 60;
const firstBackoffMs = 250;

/**
 * GitLab's API for one call: renews an access token that has ended and stores the new one, waits where GitLab asks to,
 * and repeats what certainly did nothing.
 */
export class GitLabClient {
  readonly #ctx: GitLabContext;
  #credentials: GitLabCredentials;

  constructor(ctx: GitLabContext) {
    this.#ctx = ctx;
    this.#credentials = ctx.credentials.get("gitlab");
    if (!URL.canParse(this.#credentials.address))
      throw new UserError(
        `GitLab's address must be like https://gitlab.com, and is "${this.#credentials.address}".`,
      );
  }

  /**
   * One answer of the API, which is good.
   *
   * @throws UserError for what GitLab refuses, with its words.
   */
  async send(path: string, { query = {}, body }: GitLabRequest = {}): Promise<Response> {
    const url = apiUrl(this.#credentials.address, path);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#fetch(url, body);
      if (answer.ok) return answer;
      if (
        attempt === maxAttempts ||
        !(await this.#canRepeat(answer, { attempt, changes: body !== undefined }))
      )
        throw await failureOf(answer);
      await answer.body?.cancel();
    }
  }

  /** The items of a list, page by page: the next page is asked for when the ones before are used up. */
  async *list<T>(path: string, item: z.ZodType<T>, query: Record<string, string> = {}): AsyncGenerator<T> {
    for (let page = "1"; page !== ""; ) {
      const answer = await this.send(path, { query: { per_page: "100", ...query, page } });
      yield* z.array(item).parse(await answer.json());
      page = answer.headers.get("x-next-page") ?? "";
    }
  }

  async #fetch(url: URL, body: object | undefined): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#credentials.access_token}` };
    const { signal } = this.#ctx;
    try {
      if (body === undefined) return await fetch(url, { headers, signal });
      return await fetch(url, {
        method: "POST",
        body: JSON.stringify(body),
        headers: { ...headers, "content-type": "application/json" },
        signal,
      });
    } catch (cause) {
      signal.throwIfAborted();
      throw new UserError(`GitLab cannot be reached at ${url.origin}. Is the address right?`, { cause });
    }
  }

  /** Makes ready for another attempt, or says that there is no use. */
  async #canRepeat(
    { status, headers }: Response,
    { attempt, changes }: { attempt: number; changes: boolean },
  ): Promise<boolean> {
    if (status === 401) return this.#renew();
    const backoffMs = firstBackoffMs * 2 ** (attempt - 1);
    if (status === 429) return this.#wait(secondsOf(headers.get("retry-after"), backoffMs / 1000));
    // An error in the middle of a change may come after the change.
    return status >= 500 && !changes && this.#wait(backoffMs / 1000);
  }

  async #renew(): Promise<boolean> {
    const renewed = await renewTokens(this.#credentials);
    if (!renewed) return false;
    this.#credentials = renewed;
    await this.#ctx.credentials.update("gitlab", { ...renewed });
    return true;
  }

  async #wait(seconds: number): Promise<boolean> {
    if (seconds > maxWaitS) return false;
    this.#ctx.log.info(`Asking GitLab again in ${seconds} s`);
    await delay(seconds * 1000, undefined, { signal: this.#ctx.signal });
    return true;
  }
}

function secondsOf(retryAfter: string | null, otherwise: number): number {
  return retryAfter !== null && /^\d+$/.test(retryAfter) ? Number(retryAfter) : otherwise;
}

const advice: Record<number, string> = {
  401: "GitLab does not take the access token. Connect GitLab again.",
  403: "GitLab does not allow this. Give the token the scope api, and its user the right.",
  404: "GitLab does not know this, or does not show it to the token's user. Look at the project's path.",
  429: "GitLab takes no more requests for now. Run it again later, or less often.",
};

/** What the user can put right, told as such; everything else is GitLab's. */
async function failureOf(answer: Response): Promise<Error> {
  const said = (await answer.text()).slice(0, 500);
  const known = advice[answer.status];
  if (known) return new UserError(said ? `${known} It said: ${said}` : known);
  if (answer.status < 500) return new UserError(`GitLab refused this (${answer.status}): ${said}`);
  return new Error(`GitLab answered ${answer.status}: ${said}`);
}
