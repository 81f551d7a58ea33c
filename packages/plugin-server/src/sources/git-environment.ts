import { markerVariable } from "../instances/marker.ts";
import type { GitAddress } from "./git-address.ts";

/** What of the machine's environment reaches Git: the way to the network, and nothing that changes what Git does. */
const passedOn = [
  "PATH",
  "HTTP_PROXY",
  "http_proxy",
  "HTTPS_PROXY",
  "https_proxy",
  "ALL_PROXY",
  "all_proxy",
  "NO_PROXY",
  "no_proxy",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "GIT_SSL_CAINFO",
  "GIT_SSL_CAPATH",
  "SSH_AUTH_SOCK",
  // Not the machine's but the program's own: what a killed server leaves behind is found by it.
  markerVariable,
];

export interface GitEnvironmentOptions {
  address: GitAddress;
  /** An empty folder that stands for the user's home, so that neither .gitconfig nor .netrc is read. */
  home: string;
  /** The machine's environment. */
  machine: Record<string, string | undefined>;
}

/**
 * Git's environment, built from nothing. Credentials are given by a helper that is one line of shell and reads them from
 * variables: Git asks it for this origin only (so a redirection gets nothing), and they are never in an argument or a file.
 */
export function gitEnvironment({ address, home, machine }: GitEnvironmentOptions): Record<string, string> {
  const given = Object.fromEntries(
    passedOn.flatMap((name) => (machine[name] ? [[name, machine[name]]] : [])),
  );
  const { username = "", password = "" } = address.credentials ?? {};
  return {
    // Some builds of Git read only their own variable for certificates.
    ...(given.SSL_CERT_FILE ? { GIT_SSL_CAINFO: given.SSL_CERT_FILE } : {}),
    ...given,
    HOME: home,
    XDG_CONFIG_HOME: home,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    GIT_ALLOW_PROTOCOL: address.url.startsWith("file:") ? "file" : "http:https:ssh",
    GIT_LFS_SKIP_SMUDGE: "1",
    // Keys and known hosts are the machine's own; questions are answered with no.
    GIT_SSH_COMMAND: "ssh -oBatchMode=yes -oConnectTimeout=20",
    ...(address.credentials ? { NOXUS_GIT_USERNAME: username, NOXUS_GIT_PASSWORD: password } : {}),
    ...configuration(settingsFor(address)),
  };
}

const CREDENTIAL_HELPER = `!f() { test "$1" = get && printf 'username=%s\\npassword=%s\\n' "$NOXUS_GIT_USERNAME" "$NOXUS_GIT_PASSWORD"; }; f`;

function settingsFor({ url, origin, credentials }: GitAddress): [string, string][] {
  return [
    ["remote.origin.url", url],
    ["credential.helper", ""],
    ...(origin && credentials
      ? [[`credential.${origin}.helper`, CREDENTIAL_HELPER] as [string, string]]
      : []),
    ["core.hooksPath", "/dev/null"],
    ["core.fsmonitor", "false"],
    ["safe.directory", "*"],
    ["protocol.version", "2"],
    ["submodule.recurse", "false"],
    ["gc.auto", "0"],
    ["maintenance.auto", "false"],
    ["advice.detachedHead", "false"],
    // One pack file instead of thousands of loose ones.
    ["fetch.unpackLimit", "1"],
    // A connection that brings less than a byte a second for a minute is dead; without this Git waits for ever.
    ["http.lowSpeedLimit", "1"],
    ["http.lowSpeedTime", "60"],
  ];
}

function configuration(settings: readonly [string, string][]): Record<string, string> {
  const entries = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { GIT_CONFIG_COUNT: String(settings.length), ...Object.fromEntries(entries) };
}

/** Takes passwords out of a text, in every form in which they travel, and user names and passwords out of addresses. */
export function redactor({ credentials }: GitAddress): (text: string) => string {
  const { username = "", password = "" } = credentials ?? {};
  const pair = Buffer.from(`${username}:${password}`).toString("base64");
  const secrets = password === "" ? [] : [pair, password, encodeURIComponent(password)];
  return (text) =>
    secrets
      .reduce((shown, secret) => shown.replaceAll(secret, "[redacted]"), text)
      .replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^/\s@']*@/gi, "$1");
}
