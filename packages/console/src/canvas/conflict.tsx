import { Button, Group, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { request } from "../api/client.ts";
import { type Workflow, workflowQuery } from "../api/workflows.ts";
import { Asked } from "../parts/asked.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { LoadingRows } from "../parts/loading.tsx";
import { sayDone, sayFailed } from "../parts/say.ts";
import { texts } from "../texts/canvas.ts";
import { diffDefinitions } from "../workflows/definition-diff.ts";
import { Differences } from "../workflows/differences.tsx";
import { titleOf } from "./definition.ts";
import { mergeDocuments } from "./merge.ts";
import { type ReadWorkflow, revisionOf } from "./revision.ts";
import type { Editor } from "./use-editor.ts";
import type { Saving } from "./use-saving.ts";

const words = texts.conflict;

interface ConflictProps {
  workflow: Workflow;
  editor: Editor;
  saving: Saving;
}

/** Two people have edited one workflow: nothing is lost before one of them has decided. */
export function Conflict(props: ConflictProps) {
  const theirs = useQuery({ ...workflowQuery(props.workflow.id), refetchOnMount: "always" });
  const isFresh = theirs.isFetchedAfterMount || theirs.isError;
  return (
    <Dialog size="xl" onClose={props.saving.closeConflict} title={words.title}>
      {isFresh ? (
        <Asked query={theirs}>{(read) => <Decision {...props} read={read} />}</Asked>
      ) : (
        <LoadingRows />
      )}
    </Dialog>
  );
}

function Decision({ workflow, editor, saving, read }: ConflictProps & { read: ReadWorkflow }) {
  const { document: mine, types } = editor;
  const theirs = useMemo(() => revisionOf(read, types), [read, types]);
  const { merged, clashes } = useMemo(
    () => mergeDocuments({ base: saving.saved.document, mine, theirs: theirs.document }),
    [saving.saved.document, mine, theirs],
  );
  const diff = useMemo(() => diffDefinitions(fieldsOf(theirs.document), fieldsOf(mine)), [theirs, mine]);
  const copy = useSaveAsCopy(workflow, editor, saving);
  const show = (document: typeof merged, said: string) => {
    editor.show(document);
    saving.adopt(theirs);
    sayDone(said);
  };
  const names = [...clashes].map((id) => clashName(id, [mine, theirs.document], types));
  const mayMerge = clashes.size === 0;
  return (
    <>
      <p>
        {words.text} {mayMerge ? words.noClash : words.clash(names.join(", "))}
      </p>
      <Group gap="xs">
        {mayMerge && <Button onClick={() => show(merged, words.merged)}>{words.merge}</Button>}
        <Button
          variant={mayMerge ? "default" : "filled"}
          loading={copy.isPending}
          onClick={() => copy.mutate()}
        >
          {words.copy}
        </Button>
        <Button variant="default" loading={saving.busy} onClick={() => saving.overwrite(theirs)}>
          {words.overwrite}
        </Button>
        <Button variant="default" onClick={() => show(theirs.document, words.shown)}>
          {words.theirs}
        </Button>
      </Group>
      <Title order={2} mt="lg" mb="xs">
        {words.differences}
      </Title>
      <Differences diff={diff} sides={words.sides} />
    </>
  );
}

function useSaveAsCopy({ type }: Workflow, editor: Editor, saving: Saving) {
  const navigate = useNavigate();
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      request<Workflow>("/v1/workflows", {
        query: { force: true },
        body: { name: words.copyOf(editor.name), type, definition: editor.definition },
      }),
    onSuccess: async (made) => {
      // Mine is in the copy now, and need not be kept here.
      saving.adopt({ ...saving.saved, document: editor.document });
      await client.invalidateQueries({ queryKey: ["workflows"] });
      await navigate({ to: "/workflows/$id/edit", params: { id: made.id } });
      sayDone(words.copied(made.name));
    },
    onError: sayFailed,
  });
}

/** The name is a difference like any other. */
function fieldsOf({ name, definition }: Editor["document"]): Record<string, unknown> {
  return { ...definition, name };
}

function clashName(id: string, documents: Editor["document"][], types: Editor["types"]): string {
  if (id === "name") return words.name;
  const node = documents.flatMap(({ definition }) => definition.nodes).find((one) => one.id === id);
  return node ? `“${titleOf(node, types)}”` : id;
}
