import { Button, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { runsPerPage, runsQuery } from "../api/runs.ts";
import { workflowNamesQuery } from "../api/workflows.ts";
import { Asked } from "../parts/asked.tsx";
import { Empty } from "../parts/empty.tsx";
import { Page } from "../parts/page.tsx";
import { Pager } from "../parts/pager.tsx";
import { texts } from "../texts/runs.ts";
import { texts as usual } from "../texts/texts.ts";
import { RunTable } from "./run-table.tsx";

const route = getRouteApi("/shell/runs");
const statuses = [
  "queued",
  "running",
  "waiting",
  "paused",
  "awaiting_human_feedback",
  "completed",
  "failed",
  "stopped",
];

/** All runs of the workspace; the platform filters and pages. */
export function RunList() {
  const { status, workflow, page = 1 } = route.useSearch();
  const query = useQuery(runsQuery({ status, workflow, page }));
  const navigate = route.useNavigate();
  const filtered = status !== undefined || workflow !== undefined;
  return (
    <Page title={texts.title}>
      <Filters />
      <Asked query={query} rows={10}>
        {({ items, total }) =>
          total === 0 ? (
            <NoRuns filtered={filtered} />
          ) : (
            <>
              <RunTable runs={items} />
              <Pager
                page={page}
                total={total}
                size={runsPerPage}
                onPage={(next) => void navigate({ search: (search) => ({ ...search, page: next }) })}
              />
            </>
          )
        }
      </Asked>
    </Page>
  );
}

function Filters() {
  const { status, workflow } = route.useSearch();
  const navigate = route.useNavigate();
  const { data } = useQuery(workflowNamesQuery);
  const set = (change: { status?: string; workflow?: string }) =>
    void navigate({ search: (search) => ({ ...search, ...change, page: undefined }) });
  return (
    <div className="filters">
      <Select
        aria-label={texts.columns.status}
        placeholder={texts.anyStatus}
        data={statuses.map((value) => ({ value, label: usual.status[value] ?? value }))}
        value={status ?? null}
        onChange={(value) => set({ status: value ?? undefined })}
        clearable
      />
      <Select
        aria-label={texts.columns.workflow}
        placeholder={texts.anyWorkflow}
        data={(data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={workflow ?? null}
        onChange={(value) => set({ workflow: value ?? undefined })}
        searchable
        clearable
      />
    </div>
  );
}

function NoRuns({ filtered }: { filtered: boolean }) {
  const navigate = useNavigate();
  if (filtered)
    return (
      <Empty title={texts.noMatch}>
        <Button variant="default" onClick={() => void navigate({ to: "/runs", search: {} })}>
          {usual.plugins.noMatchClear}
        </Button>
      </Empty>
    );
  return (
    <Empty title={texts.empty} text={texts.emptyText}>
      <Button onClick={() => void navigate({ to: "/workflows" })}>{texts.emptyAction}</Button>
    </Empty>
  );
}
