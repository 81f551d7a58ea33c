import { basename } from "node:path/posix";
import { type Source, withoutSecrets } from "@noxus/contracts";

/** The parts of a source that are sealed: credentials, and an address that carries some. */
export interface SourceSecrets {
  token?: string;
  username?: string;
  password?: string;
  repo_url?: string;
  key?: string;
}

const userInfo = /^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i;

/** A source in two: what may be seen, and what may not. */
export function splitSource(source: Source): { visible: Source; secrets: SourceSecrets | undefined } {
  if (source.type === "remote") {
    const { key } = source;
    return { visible: withoutSecrets(source), secrets: key === undefined ? undefined : { key } };
  }
  if (source.type !== "git" && source.type !== "marketplace") return { visible: source, secrets: undefined };
  const { repo_url } = source;
  const visible =
    source.type === "git"
      ? withoutSecrets(source)
      : { ...source, ...(repo_url && { repo_url: repo_url.replace(userInfo, "$1") }) };
  const secrets: SourceSecrets = {
    ...(source.type === "git" && source.token !== undefined && { token: source.token }),
    ...(source.type === "git" && source.password !== undefined && { password: source.password }),
    ...(repo_url && userInfo.test(repo_url) && { repo_url }),
  };
  return { visible, secrets: Object.keys(secrets).length > 0 ? secrets : undefined };
}

/** The whole source again, for plugin servers only. */
export function joinSource(visible: Source, secrets: SourceSecrets | undefined): Source {
  return { ...visible, ...secrets } as Source;
}

/**
 * What a plugin is called before its manifest is known. For a marketplace's plugin that is its name; else the folder,
 * repository or file that it comes from, which usually has the plugin's name.
 */
export function nameFromSource(source: Source): string {
  switch (source.type) {
    case "marketplace":
      return source.name;
    case "git":
      return lastPart(source.path) || lastPart(source.repo_url).replace(/\.git$/, "") || "plugin";
    case "local":
      return lastPart(source.path) || "plugin";
    case "remote":
      return lastPart(new URL(source.endpoint).pathname) || new URL(source.endpoint).hostname;
    case "upload":
      return withoutVersion(basename(source.filename)) || "plugin";
  }
}

function lastPart(path = ""): string {
  const part = basename(path.replaceAll("\\", "/").replace(/\/+$/, ""));
  return part === "." || part === ".." ? "" : part;
}

/** `text-tools-1.0.0.tar.gz` is text-tools. */
function withoutVersion(filename: string): string {
  return filename.replace(/\.(tar\.gz|tgz|tar|zip)$/i, "").replace(/-v?\d+(\.\d+)+.*$/, "");
}
