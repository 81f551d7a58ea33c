import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { NoxusError } from "@noxus/contracts";
import { linkSdk } from "../author/own-sdk.ts";
import type { CommandContext } from "../command-line/define.ts";
import { askForAnswers, type CreateOptions } from "./answers.ts";
import { pythonFiles } from "./python-files.ts";
import { sharedFiles } from "./shared-files.ts";
import { typescriptFiles } from "./typescript-files.ts";

/** Makes a plugin's folder that validates, tests and runs as it is. */
export async function createPlugin(
  context: CommandContext,
  word: string | undefined,
  options: CreateOptions,
): Promise<void> {
  const answers = await askForAnswers(context, word, options);
  const { folder, language } = answers;
  await assertFree(folder);
  const files = {
    ...sharedFiles(answers),
    ...(language === "python" ? pythonFiles(answers) : typescriptFiles(answers)),
  };
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  if (language === "typescript") await linkSdk(folder);
  const shown = relative(context.cwd, folder) || ".";
  context.terminal.print({ folder, name: answers.name, files: Object.keys(files) }, () => [
    `${answers.name} is in ${shown}. Next:`,
    ...(shown === "." ? [] : [`  cd ${shown}`]),
    "  noxus plugin test",
    '  noxus plugin call CountWords --input text="one two three"',
    "  noxus plugin validate",
    "  noxus plugin dev",
  ]);
}

/** @throws NoxusError `conflict` where something is there that would be mixed with the new files */
async function assertFree(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new NoxusError("conflict", `${folder} is no folder. Choose another name.`, { cause: error });
  });
  if (names.every((name) => name === ".git")) return;
  throw new NoxusError("conflict", `${folder} is not empty. Choose another folder, or empty this one.`);
}
