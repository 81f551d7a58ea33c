/** More than a page holds is not drawn as Markdown. */
const mostCharacters = 100_000;

const signs = [
  /^#{1,6} \S/m,
  /^ {0,3}([-*+]|\d+\.) \S.*\n {0,3}([-*+]|\d+\.) \S/m,
  /^```/m,
  /\*\*\S[^*\n]*\*\*/,
  /^\|.*\|\n\|[ :|-]+\|$/m,
];

/** Whether a text of several lines has what people write Markdown with: headings, lists, tables, code or bold words. */
export function looksLikeMarkdown(text: string): boolean {
  return text.length <= mostCharacters && text.includes("\n") && signs.some((sign) => sign.test(text));
}
