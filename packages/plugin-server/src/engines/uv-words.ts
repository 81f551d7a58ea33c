import { tailOf } from "./command.ts";

/** uv's own words on an error, without what it only remarks and without passwords: one paragraph, its end if long. */
export function wordsOf({ stderr }: { stderr: string }, maxCharacters: number): string {
  const lines = stderr
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line && !/^(Using |Creating |warning:|Resolved \d|Prepared \d)/.test(line));
  return tailOf(withoutUserInfo(lines.join(" ").replace(/^error:\s*/, "")), maxCharacters);
}

/** An index's address may carry a password. */
function withoutUserInfo(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/gi, "$1");
}
