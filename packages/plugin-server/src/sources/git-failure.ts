import { NoxusError } from "@noxus/contracts";
import { GitFailed } from "./git-process.ts";

type Refusal =
  | "source_credentials_refused"
  | "source_url_refused"
  | "source_not_a_repository"
  | "source_unreachable";

/** Git has no codes for what went wrong, only words; they are asked for in English (LC_ALL=C). First match wins. */
const signs: [sign: RegExp, code: Refusal][] = [
  [
    /transport '.*' not allowed|protocol '.*' is not supported|unable to find remote helper/i,
    "source_url_refused",
  ],
  [
    /authentication failed|could not read (username|password)|terminal prompts disabled|returned error: 40[13]|permission denied \(|access denied|invalid credentials/i,
    "source_credentials_refused",
  ],
  [
    /repository '.*' not found|returned error: 404|repository not found|is this a git repository|does not appear to be a git repository|not valid: |invalid (server|refs) |bad line length|unable to update url base/i,
    "source_not_a_repository",
  ],
];

/**
 * Git's failure as an error that says what to do. What is no failure of Git passes unchanged.
 *
 * @param url without anything secret
 */
export function explainGitFailure(error: unknown, url: string, hasCredentials: boolean): unknown {
  if (!(error instanceof GitFailed)) return error;
  const code = codeOf(error);
  return new NoxusError(code, sentences[code](url, hasCredentials, lastLine(error.words)), {
    data: { url, git: error.words },
    cause: error,
  });
}

function codeOf({ words }: GitFailed): Refusal {
  return signs.find(([sign]) => sign.test(words))?.[1] ?? "source_unreachable";
}

const sentences: Record<Refusal, (url: string, hasCredentials: boolean, words: string) => string> = {
  source_unreachable: (url, _, words) =>
    `The repository ${url} could not be reached or did not answer to the end. Git says: ${words}. Check the address and the network.`,
  source_credentials_refused: (url, has) =>
    has
      ? `The repository ${url} refused the given credentials. Check that the token or password is right, still valid and may read this repository.`
      : `The repository ${url} asks for credentials and none were given. Give a token, or a user name and a password.`,
  source_not_a_repository: (url, has) =>
    `There is no Git repository at ${url}. Check the address${has ? ", and that the credentials may see it" : "; a private repository may hide itself from callers without a token"}.`,
  source_url_refused: (url) => `Git may not use an address of this kind: ${url}. Use https, http or ssh.`,
};

function lastLine(words: string): string {
  const lines = words.split("\n").filter((line) => line !== "");
  const fatal = lines.findLast((line) => /^(fatal|error):/.test(line));
  return (fatal ?? lines.at(-1) ?? "nothing").replace(/^(fatal|error): /, "").replace(/\.$/, "");
}

/** Whether Git failed because the server does not have, or does not give, what was asked for by its id or name. */
export function isNotThere(error: unknown): boolean {
  return (
    error instanceof GitFailed &&
    /couldn't find remote ref|not our ref|unadvertised object|no such remote ref|invalid refspec|bad object|missing necessary objects|did not send all necessary/i.test(
      error.words,
    )
  );
}
