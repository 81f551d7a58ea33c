import type { RunError } from "@noxus/contracts";
import type { ReactNode } from "react";
import { Notice } from "../parts/notice.tsx";
import { texts } from "../texts/runs.ts";
import { errorWords, innerCode } from "./error-words.ts";
import { WayOut } from "./way-out.tsx";

/** Why a run or one of its calls failed: in a sentence, with its code, what to do, and all that was said, folded. */
export function ErrorNotice({
  error,
  plugin,
  children,
}: {
  error: RunError;
  /** The plugin whose call failed. */
  plugin?: string | undefined;
  /** Which call, and what can be done with it. */
  children?: ReactNode;
}) {
  const { title, more } = errorWords(error.message);
  return (
    <Notice tone="bad" title={title}>
      <p className="soft">
        <span className="mono">{innerCode(error)}</span>
        {children}
      </p>
      <WayOut code={innerCode(error)} plugin={plugin} />
      {more !== undefined && (
        <details className="error-more">
          <summary>{texts.allOfError}</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre className="tail" tabIndex={0}>
            {more}
          </pre>
        </details>
      )}
    </Notice>
  );
}
