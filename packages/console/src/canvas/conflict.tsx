import { Button, Modal, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { request, requestTagged } from "../api/client.ts";
import type { Workflow } from "../api/workflows.ts";
import { sayDone, sayFailed } from "../parts/say.ts";
import { texts } from "../texts/canvas.ts";
import { texts as common } from "../texts/texts.ts";
import { definitionOf } from "./definition.ts";
import { withPlaces } from "./layout.ts";
import type { Editor } from "./use-editor.ts";
import type { Saving } from "./use-saving.ts";

const words = texts.conflict;

/** Two people have edited one workflow: nothing is lost before one of them has decided. */
export function Conflict({
  workflow: { id, type },
  editor,
  saving,
}: {
  workflow: Workflow;
  editor: Editor;
  saving: Saving;
}) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const copy = useMutation({
    mutationFn: () =>
      request<Workflow>("/v1/workflows", {
        query: { force: true },
        body: { name: words.copyOf(editor.name), type, definition: editor.definition },
      }),
    onSuccess: async (made) => {
      saving.closeConflict();
      await client.invalidateQueries({ queryKey: ["workflows"] });
      await navigate({ to: "/workflows/$id/edit", params: { id: made.id } });
      sayDone(words.copied(made.name));
    },
    onError: sayFailed,
  });
  const theirs = useMutation({
    mutationFn: () => requestTagged<Workflow>(`/v1/workflows/${encodeURIComponent(id)}`),
    onSuccess: ({ value, etag }) => {
      const document = {
        name: value.name,
        definition: withPlaces(definitionOf(value.definition), editor.types),
      };
      editor.replace(document);
      saving.adopt(document, etag);
    },
    onError: sayFailed,
  });
  return (
    <Modal
      opened
      onClose={saving.closeConflict}
      title={words.title}
      closeButtonProps={{ "aria-label": common.common.close }}
    >
      <p>{words.text}</p>
      <Stack gap="xs">
        <Button loading={copy.isPending} onClick={() => copy.mutate()}>
          {words.copy}
        </Button>
        <Button variant="default" loading={saving.busy} onClick={saving.overwrite}>
          {words.overwrite}
        </Button>
        <Button variant="default" loading={theirs.isPending} onClick={() => theirs.mutate()}>
          {words.theirs}
        </Button>
      </Stack>
    </Modal>
  );
}
