import { Button, SegmentedControl } from "@mantine/core";
import { useState } from "react";
import { Markdown } from "../parts/markdown.tsx";
import { texts } from "../texts/values.ts";
import { folded } from "./folded.ts";
import { looksLikeMarkdown } from "./looks-like-markdown.ts";

/** A text as it was written, or as Markdown where it looks so; a long one folded until somebody wants all of it. */
export function TextValue({ text, label }: { text: string; label: string }) {
  const [whole, setWhole] = useState(false);
  const [form, setForm] = useState("text");
  const isMarkdown = looksLikeMarkdown(text);
  const beginning = folded(text);
  const choice = isMarkdown && (
    <SegmentedControl
      size="xs"
      mb={6}
      aria-label={texts.form(label)}
      value={form}
      onChange={setForm}
      data={[
        { value: "text", label: texts.text },
        { value: "markdown", label: texts.markdown },
      ]}
    />
  );
  if (isMarkdown && form === "markdown")
    return (
      <div>
        {choice}
        <Markdown text={text} />
      </div>
    );
  return (
    <div>
      {choice}
      {whole ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className="value-text" aria-label={label} tabIndex={0}>
          {text}
        </section>
      ) : (
        <div className="value-text" data-folded={beginning !== undefined}>
          {beginning ?? text}
        </div>
      )}
      {beginning !== undefined && (
        <Button
          size="compact-xs"
          variant="default"
          mt={6}
          aria-expanded={whole}
          onClick={() => setWhole(!whole)}
        >
          {whole ? texts.showLess : texts.showAll(text.length)}
        </Button>
      )}
    </div>
  );
}
