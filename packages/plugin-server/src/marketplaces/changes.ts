const heading = /^(#{1,4})\s+\[?v?(\d+\.\d+[^\s\]]*)\]?/i;

/** What a change log says of each version, by version without a `v`; sections that name none are left out. */
export function changesByVersion(changelog: string): Map<string, string> {
  const found = new Map<string, string>();
  let section: { level: number; version: string; lines: string[] } | undefined;
  const end = () => {
    const text = section?.lines.join("\n").trim();
    if (section && text) found.set(section.version, text);
  };
  for (const line of changelog.split(/\r?\n/)) {
    const level = /^(#+)\s/.exec(line)?.[1]?.length ?? Number.POSITIVE_INFINITY;
    if (section && level > section.level) {
      section.lines.push(line);
      continue;
    }
    end();
    const version = heading.exec(line)?.[2];
    section = version === undefined ? undefined : { level, version, lines: [] };
  }
  end();
  return found;
}
