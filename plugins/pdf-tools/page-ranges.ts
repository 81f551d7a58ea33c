import { UserError } from "@noxus/sdk";

/**
 * The pages that `1-3, 7, 9-` names, counted from 0, in the order in which they are named. `9-` goes to the end, and
 * `3-1` backwards.
 *
 * @throws UserError for what names no page, or one that the document does not have.
 */
export function pageIndexes(ranges: string, pageCount: number): number[] {
  return ranges.split(",").flatMap((range) => rangeIndexes(range.trim(), pageCount));
}

function rangeIndexes(range: string, pageCount: number): number[] {
  const [, first, dash, last] = /^(\d+)\s*(-?)\s*(\d*)$/.exec(range) ?? [];
  if (!first || (last && !dash))
    throw new UserError(`"${range}" names no pages. Write them like 1-3, 7, 9- (9- is from 9 to the end).`);
  const from = Number(first);
  const to = Number(last || (dash ? Math.max(from, pageCount) : first));
  for (const page of [from, to])
    if (page < 1 || page > pageCount)
      throw new UserError(`There is no page ${page}: the document has ${pageCount}. Pages count from 1.`);
  const step = from <= to ? 1 : -1;
  return Array.from({ length: Math.abs(to - from) + 1 }, (_, index) => from - 1 + index * step);
}
