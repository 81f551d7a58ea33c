import { join, relative } from "node:path";
import type { CommandContext } from "../command-line/define.ts";
import { formatDuration } from "../terminal/duration.ts";
import type { ExamplesResult } from "./examples.ts";
import { adminKeyFile } from "./secrets.ts";

export interface Summary {
  url: string;
  /** Signs a browser in once; absent where it could not be made. */
  signInUrl: string | undefined;
  dataFolder: string;
  examples: ExamplesResult | undefined;
  tookMs: number;
}

/** Says where everything is and what to try next; with `json` one line that a program can wait for. */
export function printSummary(
  { terminal, cwd }: CommandContext,
  { url, signInUrl, dataFolder, examples, tookMs }: Summary,
): void {
  const { bold, dim } = terminal.colors;
  const keyFile = join(dataFolder, adminKeyFile);
  const short = (path: string) => relative(cwd, path) || path;
  terminal.print({ ready: true, url, dataFolder, adminKeyFile: keyFile, tookMs }, () => [
    "",
    `${bold("Noxus is ready")} ${dim(`(${formatDuration(tookMs)})`)}`,
    "",
    `  console    ${bold(signInUrl ?? `${url}/console/`)}`,
    ...(signInUrl
      ? [dim("             signs you in once, within 15 minutes; later: npx noxus console")]
      : []),
    `  address    ${url}`,
    `  API        ${url}/docs`,
    `  admin key  in ${short(keyFile)}`,
    `  logs       ${short(join(dataFolder, "logs"))}`,
    "",
    "Try, in another terminal:",
    ...suggestions(examples).map((line) => `  npx noxus ${line}`),
    "",
    dim("Ctrl-C stops everything."),
  ]);
}

function suggestions(examples: ExamplesResult | undefined): string[] {
  if (!examples?.workflows.includes("article-card")) return ["plugin install --help", "node list", "doctor"];
  return [
    "plugin list",
    'workflow run article-card --input title="Ada Lovelace" --input text="The engine weaves algebra." --follow',
    "plugin install --help",
  ];
}
