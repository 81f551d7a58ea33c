import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { runsPerPage, runsQuery } from "../api/runs.ts";
import { Asked } from "../parts/asked.tsx";
import { Empty } from "../parts/empty.tsx";
import { Page } from "../parts/page.tsx";
import { Pager } from "../parts/pager.tsx";
import { texts } from "../texts/runs.ts";
import { texts as usual } from "../texts/texts.ts";
import { HeldRuns } from "./held-runs.tsx";
import { RunFilters } from "./run-filters.tsx";
import { WaitsNotice } from "./waits-notice.tsx";

const route = getRouteApi("/shell/runs");

/** All runs of the workspace; the platform filters and pages. */
export function RunList() {
  const { page = 1, ...filter } = route.useSearch();
  const query = useQuery(runsQuery({ ...filter, page }));
  const navigate = route.useNavigate();
  const filtered = Object.values(filter).some((value) => value !== undefined);
  return (
    <Page title={texts.title} beside={<WaitsNotice />}>
      <div className="filters run-filters">
        <RunFilters />
      </div>
      <Asked query={query} rows={10}>
        {({ items, total }) =>
          total === 0 ? (
            <NoRuns filtered={filtered} />
          ) : (
            <>
              <HeldRuns
                key={JSON.stringify([filter, page])}
                runs={items}
                isPassing={query.isPlaceholderData}
              />
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
