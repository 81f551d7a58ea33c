/** What is shown of a long text before somebody asks for all: about what a panel holds without scrolling. */
const mostLines = 12;
const mostCharacters = 1_200;

/** The beginning of a text, cut at a line where possible; undefined where the text is short enough to be shown whole. */
export function folded(text: string): string | undefined {
  const lines = text.split("\n", mostLines + 1);
  if (text.length <= mostCharacters && lines.length <= mostLines) return undefined;
  return lines.slice(0, mostLines).join("\n").slice(0, mostCharacters);
}
