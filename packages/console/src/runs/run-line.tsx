import { IconCircleX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { FullRun } from "../api/runs.ts";
import { texts } from "../texts/runs.ts";
import { texts as usual } from "../texts/texts.ts";
import { errorWords } from "./error-words.ts";
import { failedNode } from "./run-state.ts";

/** How a run stands, in one line that is always there: how many nodes are in which state, or what it failed of. */
export function RunLine({
  run,
  states,
  names,
}: {
  run: FullRun;
  states: Record<string, string>;
  names: ReadonlyMap<string, string>;
}) {
  const { id, error } = run;
  const node = failedNode(run);
  if (error && node !== undefined) {
    const { title } = errorWords(error.message);
    return (
      <p className="run-line" data-tone="bad">
        <IconCircleX size={16} aria-hidden />
        <span className="run-line-words" title={title}>
          {title}
        </span>
        <Link to="/runs/$id" params={{ id }} search={{ node }} replace resetScroll={false}>
          {texts.failedAt(names.get(node) ?? node)}
        </Link>
      </p>
    );
  }
  const all = Object.values(states);
  const words = shownStates
    .map((state) => [state, all.filter((each) => each === state).length] as const)
    .filter(([, count]) => count > 0)
    .map(([state, count]) => `${count} ${(usual.status[state] ?? state).toLowerCase()}`);
  return (
    <p className="run-line soft">
      <span className="run-line-words">{texts.nodesOf(all.length, words.join(" · "))}</span>
    </p>
  );
}

/** As a run goes through them. */
const shownStates = [
  "completed",
  "running",
  "retrying",
  "waiting",
  "failed",
  "stopped",
  "skipped",
  "unreached",
];
