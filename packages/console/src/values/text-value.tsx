import { Button } from "@mantine/core";
import { useState } from "react";
import { texts } from "../texts/values.ts";
import { folded } from "./folded.ts";

/** A text as it was written; a long one folded until somebody wants all of it. */
export function TextValue({ text, label }: { text: string; label: string }) {
  const [whole, setWhole] = useState(false);
  const beginning = folded(text);
  return (
    <div>
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
