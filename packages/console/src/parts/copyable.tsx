import { texts } from "../texts/texts.ts";
import { CopyButton } from "./copy-button.tsx";

/** An id or another exact text, shortened for the eye and copied whole. */
export function Copyable({ text, length = 12 }: { text: string; length?: number }) {
  const { copy } = texts.common;
  return (
    <span className={text.length > length ? "over-row nowrap" : "over-row"}>
      <span className="mono" title={text}>
        {text.length > length ? `${text.slice(0, length)}…` : text}
      </span>{" "}
      <CopyButton text={() => text} label={`${copy} ${text}`} hint={copy} size="xs" />
    </span>
  );
}
