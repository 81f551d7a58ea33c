import { basename, resolve } from "node:path";
import { cancel, intro, isCancel, select, text } from "@clack/prompts";
import { NoxusError } from "@noxus/contracts";
import type { Language } from "../author/project.ts";
import type { CommandContext } from "../command-line/define.ts";

export interface CreateOptions {
  language?: string;
  name?: string;
  displayName?: string;
  description?: string;
  author?: string;
  /** Take the defaults for what is not given. */
  yes?: boolean;
}

/** All that a new plugin is made from. */
export interface Answers {
  folder: string;
  language: Language;
  name: string;
  displayName: string;
  description: string;
  author: string;
}

type Questions = Omit<Answers, "folder">;

/**
 * From the options, then from questions where a person sits at the terminal, then from defaults.
 *
 * @throws NoxusError `invalid_request` for a name or language that cannot be; `call_cancelled` where the person leaves
 */
export async function askForAnswers(
  context: Pick<CommandContext, "cwd" | "terminal">,
  word: string | undefined,
  options: CreateOptions,
): Promise<Answers> {
  const name = options.name ?? (word === undefined ? undefined : basename(resolve(context.cwd, word)));
  const given: Partial<Questions> = {
    ...definedOf(options),
    ...(name !== undefined && { name }),
    ...(options.language !== undefined && { language: languageOf(options.language) }),
  };
  if (given.name !== undefined) assertName(given.name);
  const isAsked = process.stdin.isTTY && context.terminal.live && !options.yes;
  const answers = isAsked ? await ask(given) : withDefaults(given);
  return { ...answers, folder: resolve(context.cwd, word ?? answers.name) };
}

function definedOf({ displayName, description, author }: CreateOptions): Partial<Questions> {
  const all = { displayName, description, author };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function languageOf(word: string): Language {
  const found = { python: "python", py: "python", typescript: "typescript", ts: "typescript" } as const;
  if (word in found) return found[word as keyof typeof found];
  throw new NoxusError("invalid_request", `--language takes python or typescript, and got "${word}".`);
}

const namePattern = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const nameRule = "Small letters, digits and single hyphens, a letter first: text-tools";

function assertName(name: string): void {
  if (namePattern.test(name)) return;
  throw new NoxusError("invalid_request", `A plugin cannot be named "${name}". ${nameRule}.`);
}

function withDefaults(given: Partial<Questions>): Questions {
  const name = given.name ?? "my-plugin";
  return {
    language: "typescript",
    description: "Counts words",
    author: "You",
    ...given,
    name,
    displayName: given.displayName ?? titleOf(name),
  };
}

/** `text-tools` → `Text tools`. */
function titleOf(name: string): string {
  const words = name.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Only what was not given is asked; Enter takes what stands there. */
async function ask(given: Partial<Questions>): Promise<Questions> {
  intro("A new plugin");
  const name =
    given.name ??
    (await answerOf(
      askForText("Its name", "my-plugin", (value) => (namePattern.test(value) ? undefined : nameRule)),
    ));
  const language = given.language ?? (await answerOf(askForLanguage()));
  const defaults = withDefaults({ ...given, name, language });
  const answer = async (key: "displayName" | "description" | "author", question: string) =>
    given[key] ?? (await answerOf(askForText(question, defaults[key])));
  return {
    ...defaults,
    displayName: await answer("displayName", "The name that people read"),
    description: await answer("description", "What it does, in a sentence"),
    author: await answer("author", "Who makes it"),
  };
}

function askForText(
  message: string,
  initialValue: string,
  problem: (value: string) => string | undefined = () => undefined,
) {
  return text({
    message,
    initialValue,
    validate: (value) => problem(value ?? "") ?? (value ? undefined : "Say something"),
  });
}

function askForLanguage() {
  return select<Language>({
    message: "Its language",
    options: [
      { value: "typescript", label: "TypeScript", hint: "starts fastest, no build" },
      { value: "python", label: "Python", hint: "the published noxus-sdk" },
    ],
  });
}

async function answerOf<T>(question: Promise<T>): Promise<Exclude<T, symbol>> {
  const answer = await question;
  if (!isCancel(answer)) return answer as Exclude<T, symbol>;
  cancel("Nothing was made.");
  throw new NoxusError("call_cancelled", "Nothing was made.");
}
