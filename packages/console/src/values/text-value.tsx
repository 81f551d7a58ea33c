import { Button } from "@mantine/core";
import { useState } from "react";
import { texts } from "../texts/values.ts";
import { folded } from "./folded.ts";

/** A text as it was written; a long one folded until somebody wants all of it. */
export function TextValue({ text }: { text: string }) {
  const [whole, setWhole] = useState(false);
  const beginning = folded(text);
  return (
    <div>
      <div className="value-text" data-folded={beginning !== undefined && !whole}>
        {whole ? text : (beginning ?? text)}
      </div>
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
