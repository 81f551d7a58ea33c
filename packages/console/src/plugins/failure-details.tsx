import type { PluginFailure } from "@noxus/contracts";
import { duration } from "../parts/format.ts";
import { pluginPageTexts } from "../texts/plugin-page.ts";
import { texts } from "../texts/texts.ts";

const words = pluginPageTexts.failure;

/** What a process said last says most. */
function showEnd(element: HTMLElement | null): void {
  if (element) element.scrollTop = element.scrollHeight;
}

/** How a plugin's process ended: code, exit, and the end of what it wrote. */
export function FailureDetails({ failure }: { failure: PluginFailure }) {
  const { code, exitCode, signal, outOfMemory, livedMs, attempt = 1, stderrTail } = failure;
  const ended = [
    code,
    texts.plugins.exit(exitCode, signal),
    outOfMemory ? texts.plugins.outOfMemory : "",
    livedMs === undefined ? "" : words.lived(duration(livedMs)),
    attempt > 1 ? words.attempt(attempt) : "",
  ].filter(Boolean);
  return (
    <>
      <p className="mono soft">{ended.join(" · ")}</p>
      {stderrTail && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className="tail" aria-label={texts.plugins.stderr} tabIndex={0} ref={showEnd}>
          {stderrTail}
        </section>
      )}
    </>
  );
}
