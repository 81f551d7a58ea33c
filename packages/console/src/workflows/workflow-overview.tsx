import { Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { request } from "../api/client.ts";
import { runsQuery } from "../api/runs.ts";
import { type Workflow, workflowQuery } from "../api/workflows.ts";
import { Asked } from "../parts/asked.tsx";
import { Notice } from "../parts/notice.tsx";
import { RunTable } from "../runs/run-table.tsx";
import { texts as words } from "../texts/workflows.ts";
import { GraphView } from "./graph.tsx";
import { graphOf } from "./graph-model.ts";

const route = getRouteApi("/shell/workflows/$id");

/** A workflow's graph, what is wrong with it, and its last runs. */
export function WorkflowOverview() {
  const { id } = route.useParams();
  const { data } = useQuery(workflowQuery(id));
  const definition = data?.value.definition;
  const graph = useMemo(() => graphOf(definition ?? {}), [definition]);
  if (!data) return null;
  return (
    <>
      <Problems workflow={data.value} />
      <GraphView graph={graph} />
      <LastRuns id={data.value.id} />
    </>
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

function LastRuns({ id }: { id: string }) {
  const query = useQuery(runsQuery({ workflow: id, page: 1 }));
  return (
    <section style={{ marginTop: 24 }}>
      <Group justify="space-between" mb="xs">
        <h2 style={{ margin: 0, fontSize: "0.9375rem" }}>{words.runs}</h2>
        <Link to="/runs" search={{ workflow: id }}>
          {words.allRuns}
        </Link>
      </Group>
      <Asked query={query} rows={3}>
        {({ items }) => <RunTable runs={items.slice(0, 8)} withWorkflow={false} />}
      </Asked>
    </section>
  );
}
