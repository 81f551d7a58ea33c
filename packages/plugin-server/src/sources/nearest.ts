import { distance } from "fastest-levenshtein";

/** The names most like the wanted one, best first; case and the marks between words do not count. */
export function nearest(wanted: string, names: Iterable<string>, count = 5): string[] {
  const plain = plainName(wanted);
  return [...new Set(names)]
    .map((name) => ({ name, far: distance(plain, plainName(name)) }))
    .sort((a, b) => a.far - b.far || a.name.localeCompare(b.name))
    .slice(0, count)
    .map(({ name }) => name);
}

/** `Text_Tools` and `text-tools` are one name, as on the Python index. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

/** `"a", "b" and "c"` for a message; `none` where there are none. */
export function listed(names: readonly string[]): string {
  const words = names.map((name) => JSON.stringify(name));
  const last = words.pop();
  if (last === undefined) return "none";
  return words.length === 0 ? last : `${words.join(", ")} and ${last}`;
}
