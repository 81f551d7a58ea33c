import { isAbsolute, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type GitSource, NoxusError } from "@noxus/contracts";

/** Where Git goes, and with what. The address holds nothing secret: messages show it. */
export interface GitAddress {
  url: string;
  /** `https://host:port`, for which alone the credentials are; absent for ssh and files. */
  origin?: string;
  credentials?: { username: string; password: string };
  warnings: string[];
}

type Access = Pick<GitSource, "repo_url" | "token" | "username" | "password">;

/**
 * Takes the address apart. User and password inside it count like the fields of the source.
 *
 * @param fileRoots folders that `file://` addresses may name; none where such addresses are off.
 * @throws NoxusError source_url_refused
 */
export function parseGitAddress(source: Access, fileRoots: readonly string[]): GitAddress {
  const text = source.repo_url.trim();
  if (/^[\w.-]+@[\w.-]+:(?!\/\/)[^\s]+$/.test(text)) return { url: text, warnings: [] };
  const url = URL.parse(text);
  if (url?.protocol === "http:" || url?.protocol === "https:") return webAddress(url, source);
  if (url?.protocol === "ssh:" && url.hostname !== "" && !url.hostname.startsWith("-"))
    return sshAddress(url);
  if (url?.protocol === "file:" && isUnder(url, fileRoots)) return { url: url.href, warnings: [] };
  throw refused(url);
}

function webAddress(url: URL, source: Access): GitAddress {
  const credentials = credentialsOf(url, source);
  const origin = url.origin;
  url.username = "";
  url.password = "";
  const isPlain = url.protocol === "http:" && !["127.0.0.1", "[::1]", "localhost"].includes(url.hostname);
  const warnings =
    isPlain && credentials
      ? ["The repository's credentials travel unencrypted: the address is http, not https."]
      : [];
  return { url: url.href, origin, ...(credentials ? { credentials } : {}), warnings };
}

/** An ssh address keeps its user, which is part of it; a password cannot be used there. */
function sshAddress(url: URL): GitAddress {
  url.password = "";
  return { url: url.href, warnings: [] };
}

function credentialsOf(url: URL, source: Access): GitAddress["credentials"] {
  const username = source.username ?? decodeURIComponent(url.username);
  const password = source.token ?? source.password ?? decodeURIComponent(url.password);
  if (password !== "") return { username: username || tokenUser(url.hostname), password };
  // `https://<token>@host` is a widespread way to write a token; `https://git@host` names a user and no secret.
  const isToken = source.username === undefined && username.length >= SHORTEST_TOKEN;
  return isToken ? { username, password: username } : undefined;
}

/** The hosts' own have 20 characters and more. */
const SHORTEST_TOKEN = 16;

/** Most hosts take any user beside a token; this one insists. */
function tokenUser(host: string): string {
  return host === "bitbucket.org" ? "x-token-auth" : "x-access-token";
}

function isUnder(url: URL, roots: readonly string[]): boolean {
  const path = fileURLToPath(url);
  return roots.some((root) => {
    const inside = relative(root, path);
    return inside !== ".." && !inside.startsWith("../") && !isAbsolute(inside);
  });
}

function refused(url: URL | null): NoxusError {
  const came = url ? `one that begins with "${url.protocol}"` : "no such address";
  return new NoxusError(
    "source_url_refused",
    `Expected was a repository's address like https://host/team/plugin.git, ssh://git@host/team/plugin.git or git@host:team/plugin.git; this is ${came}.`,
    { data: { protocol: url?.protocol } },
  );
}
