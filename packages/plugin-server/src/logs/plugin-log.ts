/** One line that a plugin wrote, or that we wrote about it. */
export interface LogLine {
  at: Date;
  stream: "stdout" | "stderr" | "server";
  text: string;
  instanceId?: string;
  /** The run and node of the one call that ran when the line came, where that is certain. */
  runId?: string;
  nodeId?: string;
}

/** Where an instance's lines go: a bounded ring on disk for each plugin. Writing never blocks and never fails. */
export interface PluginLog {
  write(line: LogLine): void;
  /**
   * Keeps these values out of all lines from now on, until the returned function is called. Values under 6 characters
   * are not hidden: they would blot out ordinary words.
   */
  hide(secrets: Iterable<string>): () => void;
}
