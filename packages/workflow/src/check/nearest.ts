import { distance } from "fastest-levenshtein";

/** Up to three names like the given one, best first; none where nothing is alike. */
export function nearest(name: string, names: readonly string[]): string[] {
  const limit = Math.max(2, Math.floor(name.length / 3));
  return names
    .map((other) => ({ other, far: distance(name.toLowerCase(), other.toLowerCase()) }))
    .filter(({ other, far }) => far <= limit || other.toLowerCase().includes(name.toLowerCase()))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ other }) => other);
}

/** "Did you mean …?", or a list of what there is, or nothing. */
export function suggestion(name: string, names: readonly string[], there = "There are"): string {
  const near = nearest(name, names);
  if (near.length > 0) return ` Did you mean ${near.map((one) => `"${one}"`).join(" or ")}?`;
  if (names.length === 0) return "";
  return names.length <= 12 ? ` ${there}: ${names.join(", ")}.` : "";
}
