import { Button, Group } from "@mantine/core";
import { IconPencil, IconPlayerPlay } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, Outlet } from "@tanstack/react-router";
import { type Workflow, workflowQuery } from "../api/workflows.ts";
import { Asked } from "../parts/asked.tsx";
import { Page } from "../parts/page.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { texts as words } from "../texts/workflows.ts";
import { RunDialog } from "./run-dialog.tsx";
import { WorkflowMenu } from "./workflow-menu.tsx";

const route = getRouteApi("/shell/workflows/$id");

/** One workflow: what can be done with it, and the form that starts a run; the tabs are addresses. */
export function WorkflowPage() {
  const { id } = route.useParams();
  const query = useQuery(workflowQuery(id));
  if (!query.data)
    return (
      <Page title={words.title}>
        <Asked query={query}>{() => null}</Asked>
      </Page>
    );
  return <Shown key={id} workflow={query.data.value} />;
}

function Shown({ workflow }: { workflow: Workflow }) {
  const { run } = route.useSearch();
  const navigate = route.useNavigate();
  const setRun = (shown: boolean) => void navigate({ search: { run: shown ? "new" : undefined } });
  return (
    <Page
      title={workflow.name}
      actions={
        <Group gap="xs">
          <EditButton id={workflow.id} />
          <Button leftSection={<IconPlayerPlay size={16} />} onClick={() => setRun(true)}>
            {words.run}
          </Button>
          <WorkflowMenu workflow={workflow} />
        </Group>
      }
    >
      <Tabs label={words.title} tabs={tabs} params={{ id: workflow.id }} />
      <Outlet />
      {run && <RunDialog workflow={workflow} onClose={() => setRun(false)} />}
    </Page>
  );
}

const tabs = [
  ["/workflows/$id", words.tabs.overview],
  ["/workflows/$id/triggers", words.tabs.triggers],
  ["/workflows/$id/versions", words.tabs.versions],
] as const;

function EditButton({ id }: { id: string }) {
  return (
    <Button
      variant="default"
      leftSection={<IconPencil size={16} />}
      renderRoot={(props) => <Link to="/workflows/$id/edit" params={{ id }} {...props} />}
    >
      {words.edit}
    </Button>
  );
}
