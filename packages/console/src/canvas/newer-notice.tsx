import { Button, Group } from "@mantine/core";
import { useEffect } from "react";
import { Notice } from "../parts/notice.tsx";
import { sameValue } from "../parts/same-value.ts";
import { sayDone } from "../parts/say.ts";
import { texts } from "../texts/canvas.ts";
import { isNewer, type ReadWorkflow, revisionOf } from "./revision.ts";
import type { Editor } from "./use-editor.ts";
import type { Saving } from "./use-saving.ts";

const words = texts.conflict;

/** Told as soon as somebody else has saved, so that nobody works on for long at what is not the newest. */
export function NewerNotice({
  read,
  editor,
  saving,
}: {
  read: ReadWorkflow;
  editor: Editor;
  saving: Saving;
}) {
  const isToldOf = !saving.busy && !saving.conflict && isNewer(read, saving.saved);
  const theirs = isToldOf ? revisionOf(read, editor.types) : undefined;
  const { saved, adopt } = saving;
  const isSame = theirs !== undefined && sameValue(theirs.document, saved.document);
  // What was changed is not on the canvas, as a limit to its runs.
  useEffect(() => {
    if (isSame && theirs) adopt({ ...theirs, document: saved.document });
  });
  if (!theirs || isSame) return null;
  const show = () => {
    editor.show(theirs.document);
    saving.adopt(theirs);
    sayDone(words.shown);
  };
  return (
    <div className="canvas-newer" role="status">
      <Notice tone="warn" title={words.title}>
        {saving.unsaved && <p>{words.text}</p>}
        <Group mt={8}>
          <Button size="xs" variant="default" onClick={saving.unsaved ? saving.openConflict : show}>
            {saving.unsaved ? words.decide : words.show}
          </Button>
        </Group>
      </Notice>
    </div>
  );
}
