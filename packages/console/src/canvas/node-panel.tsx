import { Button, TextInput } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type FullRun, runQuery, runsQuery } from "../api/runs.ts";
import { NodeForm } from "../nodes/node-form.tsx";
import { TryButton } from "../nodes/try-button.tsx";
import { Copyable } from "../parts/copyable.tsx";
import { Notice } from "../parts/notice.tsx";
import { texts } from "../texts/canvas.ts";
import { NamedValues } from "../values/named-values.tsx";
import { type DefinitionNode, titleOf, typeOfNode } from "./definition.ts";
import { trialOf } from "./trial.ts";
import type { Editor } from "./use-editor.ts";
import { fieldProblems, type Problem } from "./use-problems.ts";

const words = texts.panel;

/** The chosen node: its name, its configuration as a form, what is wrong with it, what it gave in the last run. */
export function NodePanel({
  editor,
  node,
  problems,
  workflowId,
}: {
  editor: Editor;
  node: DefinitionNode;
  problems: readonly Problem[];
  workflowId: string;
}) {
  const registered = editor.types.get(node.type);
  const lastRun = useLastRun(workflowId);
  return (
    <section className="canvas-panel" aria-label={titleOf(node, editor.types)}>
      <TextInput
        label={words.name}
        value={node.name ?? ""}
        placeholder={registered?.title ?? node.type}
        onChange={(event) => editor.setName(node.id, event.currentTarget.value)}
      />
      <p className="soft">
        {registered?.title ?? node.type} · {words.id} <Copyable text={node.id} />
      </p>
      {registered?.description && <p>{registered.description}</p>}
      {!registered && <Notice tone="warn" title={words.unknown(node.type)} />}
      {problems.length > 0 && (
        <Notice tone="warn" title={texts.tools.problems(problems.length)}>
          {problems.map(({ path, message }) => (
            <p key={path + message}>{message}</p>
          ))}
        </Notice>
      )}
      {registered && (
        <NodeForm
          node={registered}
          values={node.node_config ?? {}}
          errors={fieldProblems(problems)}
          onChange={(field, value) => editor.setConfig(node.id, field, value)}
        />
      )}
      <LastOutput run={lastRun} nodeId={node.id} />
      {registered && (
        <TryButton
          type={node.type}
          first={() =>
            trialOf(node, typeOfNode(node, editor.types) ?? registered, editor.definition, lastRun)
          }
        />
      )}
      <Button
        variant="default"
        leftSection={<IconTrash size={16} />}
        onClick={() => editor.remove(new Set([node.id]))}
      >
        {words.delete}
      </Button>
    </section>
  );
}

function useLastRun(workflow: string): FullRun | undefined {
  const { data: runs } = useQuery(runsQuery({ workflow, page: 1 }));
  const last = runs?.items[0]?.id;
  return useQuery({ ...runQuery(last ?? ""), enabled: last !== undefined }).data;
}

function LastOutput({ run, nodeId }: { run: FullRun | undefined; nodeId: string }) {
  const outputs = run?.nodes.findLast(({ node_id }) => node_id === nodeId)?.outputs;
  return (
    <div className="canvas-last">
      <h2>{words.lastOutput}</h2>
      {outputs === undefined || outputs === null ? (
        <p className="soft">{words.noOutput}</p>
      ) : (
        <NamedValues values={outputs} run={run?.id} />
      )}
    </div>
  );
}
