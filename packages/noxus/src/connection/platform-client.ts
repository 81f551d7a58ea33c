import { type ErrorCode, errorBodySchema, errorCodes, NoxusError, type Page } from "@noxus/contracts";
import type { Connection } from "./find-connection.ts";

export interface RequestOptions {
  method?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, instead of `body`. */
  form?: FormData;
  query?: Record<string, string | number | boolean | undefined>;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
}

/** The platform's REST as the command uses it. Every refusal is thrown as the NoxusError that the platform answered. */
export interface PlatformClient {
  readonly url: string;
  /** The answer's JSON; undefined for an empty one. */
  request<T>(path: string, options?: RequestOptions): Promise<T>;
  /** An answer whose body is read as it comes. */
  open(path: string, options?: RequestOptions): Promise<Response>;
  /** Every item of a paged list. */
  list<T>(path: string, signal?: AbortSignal): Promise<T[]>;
}

export function createPlatformClient(connection: Connection): PlatformClient {
  const open = (path: string, options: RequestOptions = {}) => send(connection, path, options);
  const request = async <T>(path: string, options?: RequestOptions) => readJson<T>(await open(path, options));
  return {
    url: connection.url,
    open,
    request,
    list: (path, signal) => readPages(path, (query) => request(path, { query, signal })),
  };
}

async function send(connection: Connection, path: string, options: RequestOptions): Promise<Response> {
  const { method = "GET", body, form, headers, signal } = options;
  const answer = await fetch(addressOf(connection.url, path, options.query), {
    method,
    headers: {
      "x-api-key": connection.apiKey,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    ...(form && { body: form }),
    ...(signal && { signal }),
  }).catch((cause: unknown) => {
    throw signal?.aborted ? signal.reason : unreachable(connection, cause);
  });
  if (!answer.ok) throw await refusal(connection, answer);
  return answer;
}

function addressOf(url: string, path: string, query: RequestOptions["query"] = {}): URL {
  const address = new URL(url + path);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) address.searchParams.set(name, String(value));
  return address;
}

async function readJson<T>(answer: Response): Promise<T> {
  const text = await answer.text();
  try {
    return (text ? JSON.parse(text) : undefined) as T;
  } catch (cause) {
    throw new NoxusError(
      "unavailable",
      `${new URL(answer.url).origin} answered something that is not JSON. Check that NOXUS_BACKEND_URL is the address of a platform.`,
      { cause },
    );
  }
}

async function readPages<T>(
  path: string,
  read: (query: { page: number; size: number }) => Promise<Page<T>>,
): Promise<T[]> {
  const items: T[] = [];
  for (let page = 1; ; page++) {
    const answer = await read({ page, size: 100 });
    if (!Array.isArray(answer?.items)) throw new Error(`${path} did not answer a list`);
    items.push(...answer.items);
    if (answer.items.length === 0 || items.length >= answer.total) return items;
  }
}

function unreachable({ url, dataFolder }: Connection, cause: unknown): NoxusError {
  const next = dataFolder
    ? `It was started with the data folder ${dataFolder}; start it again with \`npx noxus start\``
    : "Check NOXUS_BACKEND_URL, and that the platform runs";
  const { code, message: reason = code } =
    (cause as { cause?: { code?: string; message?: string } }).cause ?? {};
  return new NoxusError(
    "unavailable",
    `The platform at ${url} does not answer${reason ? ` (${reason})` : ""}. ${next}.`,
    {
      cause,
    },
  );
}

/** The error that the answer's body names; by status where the body is none of ours. */
async function refusal(connection: Connection, answer: Response): Promise<NoxusError> {
  const text = await answer.text();
  const body = errorBodySchema.safeParse(parseOrNull(text));
  if (answer.status === 401) return wrongKey(connection);
  if (!body.success)
    return new NoxusError("unavailable", `${answer.url} answered ${answer.status}: ${text.slice(0, 300)}`, {
      status: answer.status,
    });
  const code = (body.data.error in errorCodes ? body.data.error : "internal") as ErrorCode;
  const { detail, fields, data, requestId } = body.data;
  const message = code === "internal" && requestId ? `${detail} (request id ${requestId})` : detail;
  return new NoxusError(code, message, {
    status: answer.status,
    ...(fields && { fields }),
    ...(data && { data }),
  });
}

function wrongKey({ url, dataFolder }: Connection): NoxusError {
  const next = dataFolder
    ? `Unset NOXUS_API_KEY to use the admin key of ${dataFolder}, or set it to a valid key`
    : "Set NOXUS_API_KEY to a valid key";
  return new NoxusError("unauthorized", `The platform at ${url} refused the API key. ${next}.`);
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
