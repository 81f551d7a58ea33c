import type { ErrorBody } from "@noxus/contracts";

export interface RequestOptions {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Sent as JSON; a FormData as it is. */
  body?: unknown;
  query?: Record<string, string | number | boolean | undefined>;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** What the platform answered instead of success, in its own words; status 0 where nothing answered. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly fields: { path: string; message: string }[];
  readonly requestId: string | undefined;

  constructor(status: number, body: Partial<ErrorBody>, fallback: string) {
    super(body.detail ?? fallback);
    this.status = status;
    this.code = body.error ?? "unknown";
    this.fields = body.fields ?? [];
    this.requestId = body.requestId;
  }
}

/** Asks the platform; the session's cookie goes along by itself. @throws ApiError */
export async function request<T>(path: string, options: RequestOptions = {}): Promise<T> {
  const response = await send(path, options);
  return (await response.json()) as T;
}

/** The same of what is no JSON. @throws ApiError */
export async function requestText(path: string, options: RequestOptions = {}): Promise<string> {
  const headers = { accept: "text/plain", ...options.headers };
  return (await send(path, { ...options, headers })).text();
}

/** The same, with the answer's ETag: what a later change must name, so that nobody's work is overwritten. */
export async function requestTagged<T>(
  path: string,
  options: RequestOptions = {},
): Promise<{ value: T; etag: string | null }> {
  const response = await send(path, options);
  return { value: (await response.json()) as T, etag: response.headers.get("etag") };
}

async function send(
  path: string,
  { method, body, query, headers, signal }: RequestOptions,
): Promise<Response> {
  const isJson = body !== undefined && !(body instanceof FormData);
  const response = await fetch(addressOf(path, query), {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: {
      accept: "application/json",
      ...(isJson && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body: isJson ? JSON.stringify(body) : (body as FormData) }),
    ...(signal && { signal }),
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new ApiError(0, {}, "The platform does not answer.");
  });
  if (response.ok) return response;
  const problem = (await response.json().catch(() => ({}))) as Partial<ErrorBody>;
  throw new ApiError(response.status, problem, `The platform answered ${response.status}.`);
}

export function addressOf(path: string, query: RequestOptions["query"] = {}): string {
  const words = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const search = new URLSearchParams(words.map(([name, value]) => [name, String(value)])).toString();
  return search === "" ? path : `${path}?${search}`;
}
