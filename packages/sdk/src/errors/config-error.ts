/** One value that a configuration does not accept, in the words of the published SDK. */
export interface ConfigProblem {
  /** E.g. `missing`, `string_type`, `int_parsing`. */
  type: string;
  /** Where: the field, then an index or key inside of it. */
  loc: (string | number)[];
  msg: string;
  input: unknown;
}

/** Values that do not fit a configuration: 422 over HTTP. The message names fields and reasons, never values. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], what = "the configuration") {
    const lines = problems.map(({ loc, msg, type }) => `${loc.join(".")}\n  ${msg} [type=${type}]`);
    const count = `${problems.length} validation error${problems.length === 1 ? "" : "s"}`;
    super(`${count} for ${what}\n${lines.join("\n")}`);
    this.problems = problems;
  }
}
