import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json, text } from "node:stream/consumers";
import type { GitLabCredentials } from "./gitlab.ts";
import type { Issue } from "./issues.ts";

interface Answer {
  status: number;
  headers?: Record<string, string>;
  /** Text as it is, everything else as JSON. */
  body?: unknown;
}

/** For tests: as much of a GitLab as the plugin asks, on this machine, with pages and tokens that end. */
export class GitLabServer {
  readonly issues: Issue[] = [];
  /** Content by path. */
  readonly files = new Map<string, string>();
  /** What was asked, as `GET /api/v4/user?…`. */
  readonly requests: string[] = [];
  /** Answered to the next requests of the API in place of what they ask for. */
  readonly failures: Answer[] = [];
  #generation = 1;
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, answer) => void this.#answer(request, answer));
  }

  static async start(): Promise<GitLabServer> {
    const server = new GitLabServer();
    await once(server.#server.listen(0, "127.0.0.1"), "listening");
    return server;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/gitlab`;
  }

  /** Those that count now. */
  get credentials(): GitLabCredentials {
    return {
      address: this.address,
      access_token: `access-${this.address}-${this.#generation}`,
      refresh_token: `refresh-${this.address}-${this.#generation}`,
      client_id: "client",
      client_secret: undefined,
    };
  }

  /** Credentials whose access token has ended, and whose refresh token works once. */
  endedCredentials(): GitLabCredentials {
    return { ...this.credentials, access_token: "ended" };
  }

  addIssue(
    title: string,
    createdAt = `2026-01-01T00:00:${String(this.issues.length).padStart(2, "0")}.000Z`,
  ) {
    const iid = this.issues.length + 1;
    const rest = { description: null, state: "opened", labels: [], author: { username: "ada" } };
    this.issues.push({ iid, title, created_at: createdAt, web_url: `${this.address}/i/${iid}`, ...rest });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, answer: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", this.address);
    this.requests.push(`${request.method} ${url.pathname.replace("/gitlab", "")}${url.search}`);
    const { status, headers, body = "" } = await this.#answerTo(request, url);
    const content = typeof body === "string" ? body : JSON.stringify(body);
    answer.writeHead(status, { "content-type": "application/json", ...headers }).end(content);
  }

  async #answerTo(request: IncomingMessage, url: URL): Promise<Answer> {
    if (url.pathname === "/gitlab/oauth/token") return this.#renew(await text(request));
    const failure = this.failures.shift();
    if (failure) return failure;
    if (request.headers.authorization !== `Bearer ${this.credentials.access_token}`)
      return { status: 401, body: { error: "invalid_token" } };
    return request.method === "POST"
      ? this.#createIssue((await json(request)) as Partial<Issue>)
      : this.#read(url);
  }

  /** The tokens change with each renewal, and the old ones end. */
  #renew(form: string): Answer {
    if (new URLSearchParams(form).get("refresh_token") !== this.credentials.refresh_token)
      return { status: 400, body: { error: "invalid_grant" } };
    this.#generation++;
    const { access_token, refresh_token } = this.credentials;
    return { status: 200, body: { access_token, refresh_token, token_type: "Bearer", expires_in: 7200 } };
  }

  #createIssue({ title }: Partial<Issue>): Answer {
    if (!title) return { status: 400, body: { message: { title: ["can't be blank"] } } };
    this.addIssue(title);
    return { status: 201, body: this.issues.at(-1) };
  }

  #read(url: URL): Answer {
    const path = url.pathname.replace("/gitlab/api/v4/", "").replace("projects/team%2Ftools/", "");
    if (path === "user") return { status: 200, body: { username: "ada" } };
    if (path === "issues") return pageOf(this.#issuesFor(url), url);
    if (path === "repository/tree")
      return pageOf(this.#entriesBelow(url.searchParams.get("path") ?? ""), url);
    const name = /^repository\/files\/(.+)\/raw$/.exec(path)?.[1] ?? "";
    const content = this.files.get(decodeURIComponent(name));
    if (content === undefined) return { status: 404, body: { message: "404 Project Not Found" } };
    return { status: 200, headers: { "content-type": "text/markdown" }, body: content };
  }

  /** Of folders the path ends in `/`. */
  #entriesBelow(folder: string): object[] {
    const paths = [...this.files.keys()].filter((path) => path.startsWith(folder));
    return paths.map((path) => ({ type: path.endsWith("/") ? "tree" : "blob", path }));
  }

  #issuesFor({ searchParams }: URL): Issue[] {
    const after = searchParams.get("created_after") ?? "";
    const found = this.issues.filter(({ created_at }) => created_at >= after);
    return searchParams.get("sort") === "asc" ? found : found.toReversed();
  }
}

function pageOf(items: readonly unknown[], { searchParams }: URL): Answer {
  const [page, size] = [Number(searchParams.get("page")), Number(searchParams.get("per_page"))];
  const next = page * size < items.length ? String(page + 1) : "";
  return { status: 200, headers: { "x-next-page": next }, body: items.slice((page - 1) * size, page * size) };
}
