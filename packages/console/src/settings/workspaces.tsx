import { ActionIcon, Button, Group, Menu, Title } from "@mantine/core";
import { IconDots, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { meQuery, type Workspace, workspacesQuery } from "../api/queries.ts";
import { AdminOnly, NoPermission } from "../parts/admin-only.tsx";
import { Asked } from "../parts/asked.tsx";
import { Copyable } from "../parts/copyable.tsx";
import { texts } from "../texts/settings.ts";
import { Keys } from "./keys.tsx";

const WorkspaceDialog = lazy(() => import("./workspace-dialog.tsx"));
const WorkspaceRemoval = lazy(() => import("./workspace-removal.tsx"));
const MakeKey = lazy(() => import("./make-key.tsx"));
const words = texts.workspaces;

/** What is open beside the list. */
type Open =
  | { kind: "make" }
  | { kind: "change"; workspace: Workspace }
  | { kind: "delete"; workspace: Workspace }
  | { kind: "key"; workspace: Workspace };

/** All workspaces with their keys and limits, for administrators. */
export function Workspaces() {
  return (
    <AdminOnly instead={<NoPermission />}>
      <AllWorkspaces />
    </AdminOnly>
  );
}

function AllWorkspaces() {
  const query = useQuery(workspacesQuery);
  const [open, setOpen] = useState<Open>();
  return (
    <Asked query={query} rows={4}>
      {(workspaces) => (
        <>
          <Group justify="flex-end" mb="sm">
            <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen({ kind: "make" })}>
              {words.make}
            </Button>
          </Group>
          <div className="columns">
            {workspaces.map((workspace) => (
              <Panel key={workspace.id} workspace={workspace} onOpen={setOpen} />
            ))}
          </div>
          <Suspense>{open && <Opened open={open} onClose={() => setOpen(undefined)} />}</Suspense>
        </>
      )}
    </Asked>
  );
}

function Opened({ open, onClose }: { open: Open; onClose: () => void }) {
  if (open.kind === "make") return <WorkspaceDialog onClose={onClose} />;
  const { workspace } = open;
  if (open.kind === "change") return <WorkspaceDialog workspace={workspace} onClose={onClose} />;
  if (open.kind === "delete") return <WorkspaceRemoval workspace={workspace} onClose={onClose} />;
  return <MakeKey workspace={workspace} onClose={onClose} />;
}

function Panel({ workspace, onOpen }: { workspace: Workspace; onOpen: (open: Open) => void }) {
  const { id, name, description, max_concurrent_runs } = workspace;
  const { data: me } = useQuery(meQuery);
  const isOwn = me?.group_id === id;
  return (
    <section className="panel wide" aria-label={name}>
      <Group justify="space-between" wrap="nowrap" align="start" mb="sm">
        <div>
          <Title order={2} className="panel-title">
            {name} {isOwn && <span className="soft">{words.own}</span>}
          </Title>
          {description && <p className="panel-text">{description}</p>}
          <p className="panel-text soft">
            {words.limit(max_concurrent_runs)} · <Copyable text={id} />
          </p>
        </div>
        <Group gap="xs" wrap="nowrap">
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} />}
            onClick={() => onOpen({ kind: "key", workspace })}
          >
            {texts.keys.make}
          </Button>
          <Actions workspace={workspace} isOwn={isOwn} onOpen={onOpen} />
        </Group>
      </Group>
      <Keys workspace={workspace} />
    </section>
  );
}

/** Nobody deletes the workspace that they are in. */
function Actions({
  workspace,
  isOwn,
  onOpen,
}: {
  workspace: Workspace;
  isOwn: boolean;
  onOpen: (open: Open) => void;
}) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label={words.actions(workspace.name)}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          leftSection={<IconPencil size={16} />}
          onClick={() => onOpen({ kind: "change", workspace })}
        >
          {words.change}
        </Menu.Item>
        {!isOwn && (
          <Menu.Item
            leftSection={<IconTrash size={16} />}
            onClick={() => onOpen({ kind: "delete", workspace })}
          >
            {words.delete}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
