import { existsSync } from "node:fs";
import { markerVariable } from "../instances/marker.ts";
import type { MachineVariables, PipOptions } from "./pip-config.ts";

/**
 * Which of the machine's settings go where. Nothing else of the server's environment reaches uv or a plugin; what is
 * listed here is what the documentation lists.
 */

/** Certificates and proxies: uv and the plugin's own process. */
const networkVariables = [
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "REQUESTS_CA_BUNDLE",
  "CURL_CA_BUNDLE",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "ALL_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "all_proxy",
  "no_proxy",
] as const;

/** Place and language: uv and the plugin's own process. */
const placeVariables = ["PATH", "LANG", "LC_ALL", "TZ"] as const;

/** Indexes with their credentials, caches and Python choice: uv alone, never a plugin. */
const resolverVariables = [
  "HOME",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_DIRS",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "TMPDIR",
  "NETRC",
  "SSL_CLIENT_CERT",
  "UV_CACHE_DIR",
  "UV_CONCURRENT_BUILDS",
  "UV_CONCURRENT_DOWNLOADS",
  "UV_CONCURRENT_INSTALLS",
  "UV_CONFIG_FILE",
  "UV_DEFAULT_INDEX",
  "UV_EXCLUDE_NEWER",
  "UV_EXTRA_INDEX_URL",
  "UV_FIND_LINKS",
  "UV_HTTP_CONNECT_TIMEOUT",
  "UV_HTTP_RETRIES",
  "UV_HTTP_TIMEOUT",
  "UV_INDEX",
  "UV_INDEX_STRATEGY",
  "UV_INDEX_URL",
  "UV_INSECURE_HOST",
  "UV_KEYRING_PROVIDER",
  "UV_LINK_MODE",
  "UV_MANAGED_PYTHON",
  "UV_NATIVE_TLS",
  "UV_NO_CACHE",
  "UV_NO_CONFIG",
  "UV_NO_INDEX",
  "UV_NO_MANAGED_PYTHON",
  "UV_OFFLINE",
  "UV_PYTHON_DOWNLOADS",
  "UV_PYTHON_DOWNLOADS_JSON_URL",
  "UV_PYTHON_INSTALL_DIR",
  "UV_PYTHON_INSTALL_MIRROR",
  "UV_PYTHON_PREFERENCE",
  "UV_SYSTEM_CERTS",
] as const;

/** Credentials of an index that is named in uv's own configuration. */
const namedIndexCredentials = /^UV_INDEX_[A-Z0-9_]+_(USERNAME|PASSWORD)$/;

/** Certificates that Node reads: npm and plugins of the Node engine. */
const nodeVariables = ["NODE_EXTRA_CA_CERTS"] as const;

/** Where npm's and Yarn's own configuration lies, and where Yarn finds its registry: package managers alone. */
const packageManagerVariables = [
  "HOME",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "TMPDIR",
  "NETRC",
  "YARN_NPM_AUTH_IDENT",
  "YARN_NPM_AUTH_TOKEN",
  "YARN_NPM_REGISTRY_SERVER",
] as const;

/** What a person may set, for the documentation: variable → who gets it. */
export const machineVariableNames = {
  plugin: [...placeVariables, ...networkVariables],
  nodePlugin: [...placeVariables, ...networkVariables, ...nodeVariables],
  packageManager: [...placeVariables, ...networkVariables, ...nodeVariables, ...packageManagerVariables],
  uv: [...placeVariables, ...networkVariables, ...resolverVariables],
} as const;

/** The environment for uv: the allow-list, completed from pip's configuration where uv has no setting of its own. */
export function uvEnvironment(machine: MachineVariables, pip: PipOptions): Record<string, string> {
  const names = [...machineVariableNames.uv, ...Object.keys(machine).filter(isNamedIndexCredential)];
  return {
    NO_COLOR: "1",
    UV_NO_PROGRESS: "1",
    ...withoutEmpty(fromPip(pip)),
    ...chosen(machine, [...names, markerVariable]),
    ...withoutEmpty(proxyOf(machine, pip)),
  };
}

function isNamedIndexCredential(name: string): boolean {
  return namedIndexCredentials.test(name);
}

function fromPip(pip: PipOptions): Record<string, string | undefined> {
  return {
    UV_DEFAULT_INDEX: pip["index-url"],
    UV_INDEX: pip["extra-index-url"],
    UV_NO_INDEX: /^(1|true|yes|on)$/i.test(pip["no-index"] ?? "") ? "1" : undefined,
    UV_FIND_LINKS: existingLinks(pip["find-links"]),
    UV_INSECURE_HOST: pip["trusted-host"],
    UV_HTTP_TIMEOUT: pip["default-timeout"] ?? pip.timeout,
    SSL_CERT_FILE: pip.cert,
    SSL_CLIENT_CERT: pip["client-cert"],
  };
}

/** pip overlooks a folder of wheels that is not there, uv fails on it. */
function existingLinks(links: string | undefined): string | undefined {
  const there = (links ?? "")
    .split(/\s+/)
    .filter((link) => link && (link.includes("://") || existsSync(link)));
  return there.length > 0 ? there.join(",") : undefined;
}

function proxyOf(machine: MachineVariables, pip: PipOptions): Record<string, string | undefined> {
  if (!pip.proxy || machine.HTTPS_PROXY || machine.https_proxy || machine.ALL_PROXY) return {};
  return { HTTP_PROXY: pip.proxy, HTTPS_PROXY: pip.proxy };
}

/** Of the machine's settings, what a plugin's own code sees: certificates and proxies, never an index. */
export function pluginEnvironment(machine: MachineVariables): Record<string, string> {
  return chosen(machine, [...machineVariableNames.plugin, markerVariable]);
}

/** These of the machine's variables, where they are set; the marker of the server's life with them. */
export function chosenVariables(machine: MachineVariables, names: readonly string[]): Record<string, string> {
  return chosen(machine, [...names, markerVariable]);
}

function chosen(machine: MachineVariables, names: readonly string[]): Record<string, string> {
  return withoutEmpty(Object.fromEntries(names.map((name) => [name, machine[name]])));
}

function withoutEmpty(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => !!entry[1]));
}
