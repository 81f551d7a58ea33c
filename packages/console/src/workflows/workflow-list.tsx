import { Button, Group } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { workflowSummariesQuery, workflowsPerPage } from "../api/workflows.ts";
import { Asked } from "../parts/asked.tsx";
import { Empty } from "../parts/empty.tsx";
import { Page } from "../parts/page.tsx";
import { Pager } from "../parts/pager.tsx";
import { SearchField } from "../parts/search-field.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { VirtualRows } from "../parts/virtual-rows.tsx";
import { texts } from "../texts/workflows.ts";
import { CreateButton, ExampleButton } from "./create-workflow.tsx";
import { ImportButton } from "./import-workflow.tsx";
import { WorkflowHead, WorkflowRow } from "./workflow-row.tsx";

const route = getRouteApi("/shell/workflows");

/** The workspace's workflows, those that were changed last first; the platform searches and pages. */
export function WorkflowList() {
  const { q, page = 1 } = route.useSearch();
  const query = useQuery(workflowSummariesQuery({ q, page }));
  const navigate = route.useNavigate();
  const search = (words: string) => void navigate({ search: { q: words || undefined }, replace: true });
  return (
    <Page
      title={texts.title}
      actions={
        <Group gap="xs">
          <ImportButton />
          <CreateButton />
        </Group>
      }
    >
      <Tabs label={texts.title} tabs={texts.listTabs} />
      <div className="filters">
        <SearchField label={texts.filter} value={q ?? ""} onSearch={search} />
      </div>
      <Asked query={query} rows={8}>
        {({ items, total }) =>
          total === 0 ? (
            <Nothing searched={q !== undefined} onClear={() => search("")} />
          ) : (
            <>
              <VirtualRows
                label={texts.title}
                rows={items}
                head={<WorkflowHead />}
                row={(workflow) => <WorkflowRow key={workflow.id} workflow={workflow} />}
              />
              <Pager
                page={page}
                total={total}
                size={workflowsPerPage}
                onPage={(next) => void navigate({ search: { q, page: next } })}
              />
            </>
          )
        }
      </Asked>
    </Page>
  );
}

function Nothing({ searched, onClear }: { searched: boolean; onClear: () => void }) {
  if (searched)
    return (
      <Empty title={texts.noMatch}>
        <Button variant="default" onClick={onClear}>
          {texts.noMatchClear}
        </Button>
      </Empty>
    );
  return (
    <Empty title={texts.empty} text={texts.emptyText}>
      <ExampleButton />
    </Empty>
  );
}
