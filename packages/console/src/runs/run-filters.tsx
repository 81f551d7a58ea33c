import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { isSince, type Since, sinceWords } from "../api/since.ts";
import { workflowNamesQuery } from "../api/workflows.ts";
import { SearchField } from "../parts/search-field.tsx";
import { texts } from "../texts/runs.ts";
import { texts as usual } from "../texts/texts.ts";

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

/** What of all runs is listed: all of it in the address, and all of it done by the platform. */
export function RunFilters() {
  const { status, workflow, since, id } = route.useSearch();
  const navigate = route.useNavigate();
  const { data } = useQuery(workflowNamesQuery);
  const set = (change: { status?: string; workflow?: string; since?: Since; id?: string }) =>
    void navigate({ search: (search) => ({ ...search, ...change, page: undefined }), replace: true });
  return (
    <>
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
      <Select
        aria-label={texts.columns.started}
        placeholder={texts.anyTime}
        data={Object.keys(sinceWords).map((value) => ({ value, label: texts.since[value as Since] }))}
        value={since ?? null}
        onChange={(value) => set({ since: isSince(value) ? value : undefined })}
        clearable
      />
      <SearchField
        label={texts.findById}
        value={id ?? ""}
        onSearch={(words) => set({ id: words.trim() || undefined })}
      />
    </>
  );
}
