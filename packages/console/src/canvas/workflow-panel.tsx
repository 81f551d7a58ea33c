import { Button, TextInput } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { texts } from "../texts/canvas.ts";
import { titleOf } from "./definition.ts";
import type { Editor } from "./use-editor.ts";
import type { Problem } from "./use-problems.ts";

const words = texts.workflow;

/** Where no node is chosen: the workflow's name, and all that the platform would refuse to run, each a way to its node. */
export function WorkflowPanel({
  editor,
  problems,
}: {
  editor: Editor;
  problems: ReadonlyMap<string, readonly Problem[]>;
}) {
  const titles = new Map(editor.definition.nodes.map((node) => [node.id, titleOf(node, editor.types)]));
  const all = [...problems].flatMap(([id, some]) => some.map((problem) => ({ id, ...problem })));
  return (
    <section className="canvas-panel" aria-label={words.title}>
      <TextInput
        label={words.name}
        value={editor.name}
        onChange={(event) => editor.rename(event.currentTarget.value)}
      />
      <h2>{all.length > 0 ? texts.tools.problems(all.length) : texts.tools.noProblems}</h2>
      {all.map(({ id, path, message }) => (
        <div key={path + message} className="canvas-problem">
          <p>
            <IconAlertTriangle size={16} aria-hidden /> {message}
          </p>
          {titles.has(id) && (
            <Button size="compact-xs" variant="default" onClick={() => editor.choose([id])}>
              {words.show(titles.get(id) ?? id)}
            </Button>
          )}
        </div>
      ))}
      <p className="soft">{words.hint}</p>
    </section>
  );
}
