import { type Rule, rules, type Severity } from "./rules.ts";

/** A place in a plugin's folder; lines and columns count from 1. */
export interface Position {
  /** From the plugin's folder, with `/`. */
  file: string;
  line: number;
  column: number;
}

/** What `noxus plugin validate` has found, and what to do about it. */
export interface Finding extends Position {
  rule: Rule;
  severity: Severity;
  message: string;
  fix: string;
  /** The rule's place in the documents. */
  page: string;
}

/** Where nothing nearer is known. */
export function atStartOf(file: string): Position {
  return { file, line: 1, column: 1 };
}

export function finding(rule: Rule, message: string, { file, line, column }: Position): Finding {
  const [severity, fix] = rules[rule];
  return { rule, severity, file, line, column, message, fix, page: `docs/validation-rules.md#${rule}` };
}
