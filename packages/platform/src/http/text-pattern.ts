/** The pattern of LIKE and ILIKE that a text with these words anywhere in it has; nothing in them is a wildcard. */
export function containing(words: string): string {
  return `%${words.replaceAll(/[\\%_]/g, "\\$&")}%`;
}
