import { type CommandResult, tailOf } from "../engines/command.ts";

/** A package manager's own words on an error, without what it only remarks and without passwords: one paragraph. */
export function npmWords(
  { stdout, stderr }: Pick<CommandResult, "stdout" | "stderr">,
  maxCharacters: number,
): string {
  const said = linesOf(stderr);
  // pnpm and Yarn tell their errors on stdout.
  const lines = said.length > 0 ? said : linesOf(stdout);
  return tailOf(withoutUserInfo(lines.join(" ")), maxCharacters);
}

function linesOf(text: string): string[] {
  const lines = text.split("\n").map((line) => line.replace(/^npm (error|ERR!)\s?/, "").trim());
  return lines.filter((line) => line !== "" && !remark.test(line));
}

const remark =
  /^(npm (warn|notice)|A complete log of this run|Note that you can also install|code \w+$|For a full report|\(node:\d+\)|➤ YN0000|info )/i;

/** A registry's address may carry a password. */
function withoutUserInfo(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/gi, "$1");
}

/**
 * Whether what was asked for can never be installed: no such package or version, a conflict, a lockfile that does not fit
 * package.json or what came. Anything else may pass.
 */
export function isUnresolvable({ stdout, stderr }: Pick<CommandResult, "stdout" | "stderr">): boolean {
  return /\b(E404|ETARGET|ERESOLVE|EUSAGE|EINTEGRITY|ENOVERSIONS|EINVALIDPACKAGENAME|EBADPLATFORM)\b|ERR_PNPM_(OUTDATED_LOCKFILE|NO_MATCHING_VERSION|FETCH_404|TARBALL_INTEGRITY|LOCKFILE_CONFIG_MISMATCH)|YN00(28|27|35|82)|needs to be updated|Couldn't find (package|any versions)|Integrity check failed/.test(
    `${stderr}\n${stdout}`,
  );
}
