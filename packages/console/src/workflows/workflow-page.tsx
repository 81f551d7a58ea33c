import { Button, Group } from "@mantine/core";
import { IconDownload, IconPencil, IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { request } from "../api/client.ts";
import { runsQuery, type Workflow, workflowQuery } from "../api/queries.ts";
import { Asked } from "../parts/asked.tsx";
import { Notice } from "../parts/notice.tsx";
import { Page } from "../parts/page.tsx";
import { sayFailed } from "../parts/say.ts";
import { RunTable } from "../runs/run-table.tsx";
import { texts } from "../texts/texts.ts";
import { GraphView } from "./graph.tsx";
import { graphOf } from "./graph-model.ts";
import { RunDialog } from "./run-dialog.tsx";

const route = getRouteApi("/shell/workflows/$id");
const words = texts.workflows;

/** One workflow: its graph, what is wrong with it, its last runs; and the form that starts one. */
export function WorkflowPage() {
  const { id } = route.useParams();
  const query = useQuery(workflowQuery(id));
  if (!query.data)
    return (
      <Page title={words.title}>
        <Asked query={query}>{() => null}</Asked>
      </Page>
    );
  return <Shown workflow={query.data.value} />;
}

function Shown({ workflow }: { workflow: Workflow }) {
  const { run } = route.useSearch();
  const navigate = route.useNavigate();
  const graph = useMemo(() => graphOf(workflow.definition), [workflow.definition]);
  const setRun = (shown: boolean) => void navigate({ search: { run: shown ? "new" : undefined } });
  return (
    <Page
      title={workflow.name}
      actions={
        <Group gap="xs">
          <ExportButton workflow={workflow} />
          <EditButton id={workflow.id} />
          <Button leftSection={<IconPlayerPlay size={16} />} onClick={() => setRun(true)}>
            {words.run}
          </Button>
        </Group>
      }
    >
      <Problems workflow={workflow} />
      <GraphView graph={graph} />
      <LastRuns id={workflow.id} />
      {run && <RunDialog workflow={workflow} onClose={() => setRun(false)} />}
    </Page>
  );
}

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

interface Judgement {
  valid: boolean;
  problems: { code: string; path: string; message: string }[];
}

function Problems({ workflow }: { workflow: Workflow }) {
  const { data } = useQuery({
    queryKey: ["workflows", workflow.id, "problems", workflow.updated_at],
    queryFn: ({ signal }) =>
      request<Judgement>("/v1/workflows/validate", { body: { definition: workflow.definition }, signal }),
  });
  if (!data || data.valid) return null;
  return (
    <div style={{ marginBottom: 16 }}>
      <Notice tone="warn" title={words.problems}>
        {data.problems.map(({ path, message }) => (
          <p key={`${path} ${message}`}>{message}</p>
        ))}
      </Notice>
    </div>
  );
}

function ExportButton({ workflow }: { workflow: Workflow }) {
  const download = useMutation({
    mutationFn: () => request<unknown>(`/v1/workflows/${workflow.id}/export`),
    onSuccess: (content) => saveAs(`${workflow.name}.json`, JSON.stringify(content, null, 2)),
    onError: sayFailed,
  });
  return (
    <Button
      variant="default"
      leftSection={<IconDownload size={16} />}
      loading={download.isPending}
      onClick={() => download.mutate()}
    >
      {words.export}
    </Button>
  );
}

function saveAs(name: string, content: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: name });
  link.click();
  URL.revokeObjectURL(url);
}

function LastRuns({ id }: { id: string }) {
  const query = useQuery(runsQuery({ workflow: id, page: 1 }));
  return (
    <section style={{ marginTop: 24 }}>
      <Group justify="space-between" mb="xs">
        <h2 style={{ margin: 0, fontSize: "0.9375rem" }}>{words.runs}</h2>
        <Link to="/runs" search={{ workflow: id }}>
          {texts.runs.title}
        </Link>
      </Group>
      <Asked query={query} rows={3}>
        {({ items }) => <RunTable runs={items.slice(0, 8)} withWorkflow={false} />}
      </Asked>
    </section>
  );
}
