import { ActionIcon, Button, Group, Tooltip } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconDeviceFloppy,
  IconPlayerPlay,
  IconSitemap,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { useMemo, useRef, useState } from "react";
import { nodesQuery, type RegistryNode } from "../api/queries.ts";
import { workflowQuery } from "../api/workflows.ts";
import { Asked } from "../parts/asked.tsx";
import { copiedText, copyText } from "../parts/clipboard.ts";
import { Page } from "../parts/page.tsx";
import { texts } from "../texts/canvas.ts";
import { Conflict } from "./conflict.tsx";
import { ConnectDialog } from "./connect-dialog.tsx";
import { isV2 } from "./definition.ts";
import { draftOf } from "./drafts.ts";
import { FlowCanvas } from "./flow-canvas.tsx";
import { NewerNotice } from "./newer-notice.tsx";
import { NodePanel } from "./node-panel.tsx";
import { Palette } from "./palette.tsx";
import { type ReadWorkflow, revisionOf } from "./revision.ts";
import { useTellOfDraft } from "./use-draft.ts";
import { type Editor, useEditor } from "./use-editor.ts";
import { type KeyActions, useEditorKeys } from "./use-editor-keys.ts";
import { problemsByNode, useProblems } from "./use-problems.ts";
import { type Saving, useSaving } from "./use-saving.ts";
import { WorkflowPanel } from "./workflow-panel.tsx";

const route = getRouteApi("/shell/workflows/$id/edit");

/** A workflow as a canvas: nodes from the palette, lines between them, a form for the chosen one. */
export function EditorPage() {
  const { id } = route.useParams();
  // Read when the page opens, as what another page has read may be somebody's last revision but one; and when it changes.
  const workflow = useQuery({
    ...workflowQuery(id),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnMount: "always",
    refetchInterval: false,
  });
  const nodes = useQuery(nodesQuery);
  const read = workflow.isFetchedAfterMount ? workflow.data : undefined;
  if (!read || !nodes.data)
    return (
      <Page title={texts.title}>
        {read ? <Asked query={nodes}>{() => null}</Asked> : <Asked query={workflow}>{() => null}</Asked>}
      </Page>
    );
  return (
    <ReactFlowProvider key={id}>
      <Canvas read={read} nodes={nodes.data} />
    </ReactFlowProvider>
  );
}

function Canvas({ read, nodes }: { read: ReadWorkflow; nodes: RegistryNode[] }) {
  const types = useMemo(() => new Map(nodes.map((node) => [node.type, node])), [nodes]);
  const { value: workflow } = read;
  const [first] = useState(() => revisionOf(read, types));
  const [draft] = useState(() => draftOf(workflow.id));
  const editor = useEditor(draft?.document ?? first.document, types);
  const saving = useSaving(workflow.id, editor.document, draft?.saved ?? first);
  useTellOfDraft(draft, () => {
    editor.show(first.document);
    saving.adopt(first);
  });
  const found = useProblems(editor.definition);
  const problems = useMemo(() => problemsByNode(editor.definition, found), [editor.definition, found]);
  const [connecting, setConnecting] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const frame = useRef<HTMLDivElement>(null);
  const { screenToFlowPosition } = useReactFlow();
  const [chosen, another] = editor.definition.nodes.filter(({ id }) => editor.chosen.has(id));
  const only = another ? undefined : chosen;
  const add = (type: string) => editor.add(type, screenToFlowPosition(centreOf(frame.current)));
  useEditorKeys(
    keyActions({ editor, saving, search: () => search.current?.focus(), connect: () => setConnecting(true) }),
  );
  return (
    <Page
      title={editor.name}
      beside={<SaveState saving={saving} />}
      actions={<Tools editor={editor} saving={saving} workflowId={workflow.id} />}
    >
      <div className="canvas">
        <Palette nodes={nodes} form={isV2(editor.definition) ? "v2" : "v1"} onAdd={add} searchRef={search} />
        <div className="canvas-frame" ref={frame}>
          <FlowCanvas
            editor={editor}
            problems={problems}
            onDropNode={(type, at) => editor.add(type, screenToFlowPosition(at))}
          />
          <NewerNotice read={read} editor={editor} saving={saving} />
          {editor.definition.nodes.length === 0 && <p className="canvas-empty">{texts.empty}</p>}
        </div>
        {only ? (
          <NodePanel
            key={only.id}
            editor={editor}
            node={only}
            problems={problems.get(only.id) ?? []}
            workflowId={workflow.id}
          />
        ) : (
          <WorkflowPanel editor={editor} problems={problems} />
        )}
      </div>
      {connecting && only && (
        <ConnectDialog editor={editor} node={only} onClose={() => setConnecting(false)} />
      )}
      {saving.conflict && <Conflict workflow={workflow} editor={editor} saving={saving} />}
    </Page>
  );
}

function centreOf(frame: HTMLElement | null): { x: number; y: number } {
  const { left = 0, top = 0, width = 0, height = 0 } = frame?.getBoundingClientRect() ?? {};
  return { x: left + width / 2, y: top + height / 2 };
}

function keyActions({
  editor,
  saving,
  search,
  connect,
}: { editor: Editor; saving: Saving } & Pick<KeyActions, "search" | "connect">): KeyActions {
  const copy = () => void copyText(editor.copy());
  return {
    save: () => void saving.save(),
    undo: editor.undo,
    redo: editor.redo,
    copy,
    cut: () => {
      copy();
      editor.remove(editor.chosen);
    },
    paste: () => void copiedText().then(editor.paste),
    all: () => editor.choose(editor.definition.nodes.map(({ id }) => id)),
    search,
    connect,
  };
}

function SaveState({ saving: { unsaved, busy } }: { saving: Saving }) {
  const { tools } = texts;
  return (
    <span className="soft" role="status">
      {busy ? tools.saving : unsaved ? tools.unsaved : tools.saved}
    </span>
  );
}

function Tools({ editor, saving, workflowId }: { editor: Editor; saving: Saving; workflowId: string }) {
  const { tools } = texts;
  const navigate = useNavigate();
  const run = async () => {
    if (await saving.save())
      await navigate({ to: "/workflows/$id", params: { id: workflowId }, search: { run: "new" } });
  };
  return (
    <Group gap="xs">
      <Tool label={tools.undo} disabled={!editor.canUndo} onClick={editor.undo} icon={IconArrowBackUp} />
      <Tool label={tools.redo} disabled={!editor.canRedo} onClick={editor.redo} icon={IconArrowForwardUp} />
      <Tool label={tools.layout} onClick={editor.arrange} icon={IconSitemap} />
      <Button
        variant="default"
        renderRoot={(props) => <Link to="/workflows/$id" params={{ id: workflowId }} {...props} />}
      >
        {tools.close}
      </Button>
      <Button variant="default" leftSection={<IconPlayerPlay size={16} />} onClick={() => void run()}>
        {tools.run}
      </Button>
      <Button
        leftSection={<IconDeviceFloppy size={16} />}
        disabled={!saving.unsaved}
        loading={saving.busy}
        onClick={() => void saving.save()}
      >
        {tools.save}
      </Button>
    </Group>
  );
}

function Tool({
  label,
  icon: Icon,
  ...rest
}: {
  label: string;
  icon: typeof IconSitemap;
  disabled?: boolean;
  onClick: () => void;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" size="lg" aria-label={label} {...rest}>
        <Icon size={18} />
      </ActionIcon>
    </Tooltip>
  );
}
