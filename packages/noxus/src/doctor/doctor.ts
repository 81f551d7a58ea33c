import type { CommandContext } from "../command-line/define.ts";
import { CommandFailed } from "../command-line/run.ts";
import { checkIsolation } from "./check-isolation.ts";
import { checkMachine } from "./check-machine.ts";
import { checkPrograms } from "./check-programs.ts";
import { checkTools } from "./check-tools.ts";
import type { Finding } from "./finding.ts";

/** Looks at tools, machine, running programs and isolation; ends with code 1 where something will not work. */
export async function doctor(context: CommandContext): Promise<void> {
  const { terminal } = context;
  const groups = await Promise.all([
    checkTools(),
    checkMachine(context),
    checkPrograms(context),
    checkIsolation(),
  ]);
  const findings = groups.flat();
  terminal.print({ ok: findings.every(({ level }) => level !== "fail"), findings }, () =>
    findings.flatMap((finding) => toLines(context, finding)),
  );
  if (findings.some(({ level }) => level === "fail")) throw new CommandFailed();
}

function toLines({ terminal }: CommandContext, { name, level, message, whatToDo }: Finding): string[] {
  const { green, yellow, red, dim } = terminal.colors;
  const mark = { ok: green("ok  "), warn: yellow("warn"), fail: red("fail") }[level];
  return [
    `${mark}  ${name.padEnd(16)}  ${message}`,
    ...(whatToDo ? [`      ${" ".repeat(16)}  ${dim("→")} ${whatToDo}`] : []),
  ];
}
