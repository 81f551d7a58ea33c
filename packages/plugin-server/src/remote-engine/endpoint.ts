import { type Manifest, NoxusError, type RemoteSource } from "@noxus/contracts";

/** In a remote plugin's release: its address, as JSON. Beside it lies manifest.json. */
export const endpointFile = "remote.json";

/** Where a remote plugin answers, and what every request to it carries. */
export interface Endpoint {
  origin: string;
  /** Before every route; empty or `/…` without a slash at its end. */
  prefix: string;
  headers: Record<string, string>;
}

/**
 * Keys and data leave the machine only over TLS, whose certificates Node verifies.
 * @throws NoxusError source_url_refused
 */
export function endpointOf({ endpoint, key, key_header }: RemoteSource): Endpoint {
  const url = new URL(endpoint);
  if (url.username || url.password) throw refused(url, "holds a user or password. Give the key as `key`");
  if (url.search || url.hash) throw refused(url, "has a query or fragment. Leave it out");
  if (url.protocol !== "https:" && !isThisMachine(url.hostname))
    throw refused(url, "is not https, and leads to another machine. Give an https address");
  return {
    origin: url.origin,
    prefix: url.pathname.replace(/\/+$/, ""),
    headers: key === undefined ? {} : { [key_header.toLowerCase()]: key },
  };
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function refused(url: URL, why: string): NoxusError {
  return new NoxusError("source_url_refused", `The endpoint ${url.origin}${url.pathname} ${why}.`);
}

/** What a remote plugin says of itself, with where it runs. */
export function asRemote(manifest: Manifest, { origin, prefix }: Endpoint): Manifest {
  return { ...manifest, execution: "remote", endpoint: `${origin}${prefix}` };
}

/** Why an endpoint is of no use, in words that help: TLS, name, port or time. */
export function unreachable(
  { origin, prefix }: Endpoint,
  error: unknown,
  data: Record<string, unknown> = {},
): NoxusError {
  const reason = reasonOf(error);
  return new NoxusError("endpoint_unreachable", `${origin}${prefix} cannot be reached: ${reason}.`, {
    data,
    cause: error,
  });
}

function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  if (code !== undefined && /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code))
    return `its certificate is not trusted (${code}). If its authority is your own, name its certificate in NODE_EXTRA_CA_CERTS`;
  if (code === "ENOTFOUND") return "its name is not known. Check the address";
  if (code === "ECONNREFUSED") return "nothing listens there";
  return message ?? String(error);
}

/** A key that is wrong is the operator's to put right; 401 and 403 must not look like the caller's own. */
export function keyRefused({ origin, prefix }: Endpoint, status: number, data = {}): NoxusError {
  return new NoxusError(
    "endpoint_key_refused",
    `${origin}${prefix} refused the key (status ${status}). Give the plugin's source the right \`key\`, and \`key_header\` where it is not X-API-Key.`,
    { data },
  );
}
