import type { Source } from "@noxus/contracts";

/** Where a plugin comes from, in a few words. */
export function sourceWords(source: Source): string {
  switch (source.type) {
    case "git":
      return [shortAddress(source.repo_url), source.path, source.commit?.slice(0, 8) ?? source.branch]
        .filter(Boolean)
        .join(" · ");
    case "upload":
      return source.filename;
    case "marketplace":
      return [source.name, source.version].filter(Boolean).join(" ");
    case "local":
      return source.path;
    case "remote":
      return shortAddress(source.endpoint);
  }
}

function shortAddress(url: string): string {
  return url.replace(/^[a-z+]+:\/\//i, "").replace(/\.git$/, "");
}
