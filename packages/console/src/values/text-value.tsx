import { Button } from "@mantine/core";
import { useState } from "react";
import { Markdown } from "../parts/markdown.tsx";
import { texts } from "../texts/values.ts";
import { folded } from "./folded.ts";
import { FormChoice } from "./form-choice.tsx";
import { looksLikeMarkdown } from "./looks-like-markdown.ts";

/** A text as it was written, and where it looks so as Markdown when somebody wants it. */
export function TextValue({ text, label }: { text: string; label: string }) {
  const [form, setForm] = useState<"text" | "markdown">("text");
  if (!looksLikeMarkdown(text)) return <Written text={text} label={label} />;
  return (
    <div>
      <FormChoice label={label} forms={["text", "markdown"]} form={form} onChange={setForm} />
      {form === "markdown" ? <Markdown text={text} /> : <Written text={text} label={label} />}
    </div>
  );
}

/** To the letter; a long one folded until somebody wants all of it. */
function Written({ text, label }: { text: string; label: string }) {
  const [whole, setWhole] = useState(false);
  const beginning = folded(text);
  if (beginning === undefined) return <div className="value-text">{text}</div>;
  return (
    <div>
      {whole ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className="value-text" aria-label={label} tabIndex={0}>
          {text}
        </section>
      ) : (
        <div className="value-text" data-folded>
          {beginning}
        </div>
      )}
      <Button
        size="compact-xs"
        variant="default"
        mt={6}
        aria-expanded={whole}
        onClick={() => setWhole(!whole)}
      >
        {whole ? texts.showLess : texts.showAll(text.length)}
      </Button>
    </div>
  );
}
