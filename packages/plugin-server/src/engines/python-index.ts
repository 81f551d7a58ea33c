import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { rootCertificates } from "node:tls";
import { NoxusError } from "@noxus/contracts";
import { EnvHttpProxyAgent, fetch } from "undici";
import { z } from "zod";

/** The index that pip and uv themselves use where none is configured. */
const defaultIndex = "https://pypi.org/simple";

/** A wheel of uv is 20 MB; an index that sends nothing for this long is down. */
const requestTimeoutMs = 60_000;
const maxWheelBytes = 200 * 1024 * 1024;

export interface IndexFile {
  filename: string;
  url: string;
  /** As the index says; what has none is not taken. */
  sha256: string | undefined;
}

const simpleSchema = z.looseObject({
  files: z.array(
    z.looseObject({
      filename: z.string(),
      url: z.string(),
      hashes: z.record(z.string(), z.string()).default({}),
    }),
  ),
});

/** A Python package index, read over its simple API (JSON or HTML). */
export class PythonIndex {
  /** Without user and password: may be shown. */
  readonly address: string;
  readonly #url: URL;
  readonly #agent: EnvHttpProxyAgent;

  constructor(url: URL, agent: EnvHttpProxyAgent) {
    this.#url = url;
    this.#agent = agent;
    const shown = new URL(url);
    shown.username = "";
    shown.password = "";
    this.address = shown.href;
  }

  /** The index that the settings name (uv's own variables; pip's are among them by then). */
  static async fromSettings(settings: Record<string, string>): Promise<PythonIndex> {
    const address = settings.UV_DEFAULT_INDEX ?? settings.UV_INDEX_URL ?? defaultIndex;
    // uv lets an index have a name: `team=https://…`.
    const url = address.replace(/^[\w-]+=(?=https?:)/, "");
    if (!/^https?:/.test(url) || !URL.canParse(url)) throw invalidAddress();
    return new PythonIndex(new URL(url), await agentFor(settings));
  }

  async files(project: string, signal: AbortSignal): Promise<IndexFile[]> {
    const url = new URL(`${this.#url.pathname.replace(/\/$/, "")}/${project}/`, this.#url);
    const response = await this.#get(url, signal);
    const text = await response.text();
    const type = response.headers.get("content-type") ?? "";
    return type.includes("json") ? fromJson(text, response.url) : fromHtml(text, response.url);
  }

  /** The file's bytes, checked against the sha256 that the index gave. */
  async download({ filename, url, sha256 }: IndexFile, signal: AbortSignal): Promise<Buffer> {
    if (!sha256) throw new Error(`the index gives no sha256 for ${filename}`);
    const response = await this.#get(new URL(url), signal);
    const content = Buffer.from(await response.arrayBuffer());
    if (content.length > maxWheelBytes) throw new Error(`${filename} is over ${maxWheelBytes} bytes`);
    const found = createHash("sha256").update(content).digest("hex");
    if (found !== sha256) throw new Error(`${filename} has sha256 ${found}, but the index says ${sha256}`);
    return content;
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  async #get(url: URL, signal: AbortSignal) {
    const headers: Record<string, string> = {
      accept: "application/vnd.pypi.simple.v1+json, text/html;q=0.5, */*;q=0.1",
    };
    const target = new URL(url);
    if (this.#url.username && url.host === this.#url.host) headers.authorization = basic(this.#url);
    target.username = "";
    target.password = "";
    const limit = AbortSignal.any([signal, AbortSignal.timeout(requestTimeoutMs)]);
    const response = await fetch(target, { headers, dispatcher: this.#agent, signal: limit });
    if (!response.ok) throw new Error(`${target.href} answered ${response.status}`);
    return response;
  }
}

/** Does not repeat what came: it may hold a password. */
function invalidAddress(): NoxusError {
  return new NoxusError(
    "uv_missing",
    "The Python index that PIP_INDEX_URL, UV_DEFAULT_INDEX, UV_INDEX_URL or pip.conf names is not a URL such as https://index.example/simple.",
  );
}

function basic({ username, password }: URL): string {
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString("base64")}`;
}

/** Connections that honour the machine's proxy and certificate settings, as pip and uv do. */
async function agentFor(settings: Record<string, string>): Promise<EnvHttpProxyAgent> {
  const file = settings.SSL_CERT_FILE ?? settings.REQUESTS_CA_BUNDLE ?? settings.CURL_CA_BUNDLE;
  const extra = file ? await readFile(file, "utf8").catch(() => "") : "";
  const tls = { ca: extra ? [...rootCertificates, extra] : [...rootCertificates] };
  const httpProxy = settings.HTTP_PROXY ?? settings.http_proxy ?? settings.ALL_PROXY ?? settings.all_proxy;
  const httpsProxy = settings.HTTPS_PROXY ?? settings.https_proxy ?? httpProxy;
  const noProxy = settings.NO_PROXY ?? settings.no_proxy;
  return new EnvHttpProxyAgent({
    connect: tls,
    requestTls: tls,
    proxyTls: tls,
    // Given even when empty: the agent must not look into this process's own environment.
    httpProxy: httpProxy ?? "",
    httpsProxy: httpsProxy ?? "",
    noProxy: noProxy ?? "",
  });
}

function fromJson(text: string, base: string): IndexFile[] {
  return simpleSchema.parse(JSON.parse(text)).files.map(({ filename, url, hashes }) => ({
    filename,
    url: new URL(url, base).href,
    sha256: hashes.sha256,
  }));
}

function fromHtml(text: string, base: string): IndexFile[] {
  return Array.from(text.matchAll(/<a\s[^>]*href\s*=\s*["']([^"']+)["'][^>]*>/gi), ([, href]) => {
    const url = new URL((href ?? "").replaceAll("&amp;", "&"), base);
    const sha256 = /^#sha256=([0-9a-f]{64})$/.exec(url.hash)?.[1];
    url.hash = "";
    return {
      filename: decodeURIComponent(url.pathname.split("/").at(-1) ?? ""),
      url: url.href,
      sha256,
    };
  });
}
