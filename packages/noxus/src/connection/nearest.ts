import { distance } from "fastest-levenshtein";

/** Up to three names that look most like a word, nearest first; none where all are far from it. */
export function nearestNames(word: string, names: readonly string[]): string[] {
  const limit = Math.max(2, Math.ceil(word.length / 2));
  return [...new Set(names)]
    .map((name) => ({ name, far: distance(word.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, far }) => far <= limit || name.toLowerCase().includes(word.toLowerCase()))
    .sort((a, b) => a.far - b.far)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** ` Did you mean a or b?`, else the sentence given. */
export function didYouMean(word: string, names: readonly string[], otherwise: string): string {
  const nearest = nearestNames(word, names);
  return nearest.length > 0 ? `Did you mean ${nearest.join(" or ")}?` : otherwise;
}
