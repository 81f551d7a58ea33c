import { Button, Group } from "@mantine/core";
import { IconPlus, IconUpload } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useRef } from "react";
import { request } from "../api/client.ts";
import { type Workflow, workflowsQuery } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import { Asked } from "../parts/asked.tsx";
import { Empty } from "../parts/empty.tsx";
import { Page } from "../parts/page.tsx";
import { sayDone, sayFailed } from "../parts/say.ts";
import { TimeAgo } from "../parts/time-ago.tsx";
import { VirtualRows } from "../parts/virtual-rows.tsx";
import { texts } from "../texts/texts.ts";
import { graphOf } from "./graph-model.ts";

const words = texts.workflows;

/** All workflows of the workspace. */
export function WorkflowList() {
  const query = useQuery(workflowsQuery);
  return (
    <Page
      title={words.title}
      actions={
        <Group gap="xs">
          <ImportButton />
          <CreateButton />
        </Group>
      }
    >
      <Asked query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={words.empty} text={words.emptyText} />
          ) : (
            <VirtualRows
              label={words.title}
              rows={items}
              head={<WorkflowHead />}
              row={(workflow) => <WorkflowRow key={workflow.id} workflow={workflow} />}
            />
          )
        }
      </Asked>
    </Page>
  );
}

function WorkflowHead() {
  const { columns } = words;
  return (
    <tr>
      <th className="grow">{columns.name}</th>
      <th className="number">{columns.nodes}</th>
      <th className="hide-narrow">{columns.form}</th>
      <th>{columns.changed}</th>
    </tr>
  );
}

function WorkflowRow({ workflow }: { workflow: Workflow }) {
  const { id, name, flow_version, definition, updated_at } = workflow;
  const { nodes } = graphOf(definition);
  return (
    <tr>
      <td>
        <Link to="/workflows/$id" params={{ id }} className="row-link">
          {name}
        </Link>
        <div className="soft clamp">{nodes.map((node) => node.name).join(", ")}</div>
      </td>
      <td className="number">{nodes.length}</td>
      <td className="hide-narrow mono">{flow_version}</td>
      <td className="soft">
        <TimeAgo at={updated_at} />
      </td>
    </tr>
  );
}

/** An empty workflow of the second form, and the canvas to fill it. */
function CreateButton() {
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: () =>
      request<Workflow>("/v1/workflows", {
        body: {
          name: words.untitled,
          type: "flow",
          definition: { flow_version: "v2", nodes: [], edges: [] },
        },
      }),
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: ["workflows"] });
      await navigate({ to: "/workflows/$id/edit", params: { id } });
    },
    onError: sayFailed,
  });
  return (
    <Button leftSection={<IconPlus size={16} />} loading={create.isPending} onClick={() => create.mutate()}>
      {words.create}
    </Button>
  );
}

/** A file of an export, or a bare workflow with its name and definition. */
function ImportButton() {
  const input = useRef<HTMLInputElement>(null);
  const upload = useMutation({
    mutationFn: async (file: File) =>
      importWorkflow(JSON.parse(await file.text()) as Record<string, unknown>),
    onSuccess: () => {
      sayDone(words.imported);
      return queryClient.invalidateQueries({ queryKey: ["workflows"] });
    },
    onError: sayFailed,
  });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconUpload size={16} />}
        loading={upload.isPending}
        onClick={() => input.current?.click()}
      >
        {words.import}
      </Button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={words.import}
        accept="application/json,.json"
        onChange={({ currentTarget }) => {
          const [file] = currentTarget.files ?? [];
          if (file) upload.mutate(file);
          currentTarget.value = "";
        }}
      />
    </>
  );
}

function importWorkflow(content: Record<string, unknown>): Promise<unknown> {
  if ("definition" in content) return request("/v1/workflows", { body: content });
  return request("/v1/workflows/import", { body: content, query: { mode: "clone" } });
}
