import { lazy, Suspense } from "react";

const Rendered = lazy(() => import("./markdown-view.tsx"));

/** What could mean something in Markdown; text without any of it is one paragraph. */
const marks = /[`*_#[\]<>|~\\\n]|https?:|^\s*([-+]|\d+\.)\s/;

/**
 * Text that authors of plugins wrote as Markdown. The renderer comes when it is first needed; until then the text
 * stands there as it was written.
 */
export function Markdown({ text }: { text: string }) {
  const plain = <p>{text}</p>;
  return (
    <div className="markdown">
      {marks.test(text.trim()) ? (
        <Suspense fallback={plain}>
          <Rendered text={text} />
        </Suspense>
      ) : (
        plain
      )}
    </div>
  );
}
