import { Button, SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { allTriggersQuery, type TriggerKind, triggerKinds } from "../api/queries.ts";
import { workflowNamesQuery } from "../api/workflows.ts";
import { Asked } from "../parts/asked.tsx";
import { Empty } from "../parts/empty.tsx";
import { Page } from "../parts/page.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { texts } from "../texts/triggers.ts";
import { texts as ofWorkflows } from "../texts/workflows.ts";
import { OpenedTrigger, type OpenTrigger } from "./opened-trigger.tsx";
import { TriggerTable } from "./trigger-table.tsx";

const route = getRouteApi("/shell/workflows/triggers");
const words = texts.all;

/** Everything that starts a workflow of the workspace by itself: what is due next, and what fails. */
export function AllTriggers() {
  const { kind } = route.useSearch();
  const query = useQuery(allTriggersQuery(kind));
  const { data: names } = useQuery(workflowNamesQuery);
  const [open, setOpen] = useState<OpenTrigger & { kind: "change" | "events" | "secret" }>();
  const workflows = new Map(names?.items.map(({ id, name }) => [id, name]));
  return (
    <Page title={texts.title}>
      <Tabs label={ofWorkflows.title} tabs={ofWorkflows.listTabs} />
      <Kinds />
      <Asked query={query} rows={4}>
        {({ items }) =>
          items.length === 0 ? (
            <Nothing filtered={kind !== undefined} />
          ) : (
            <TriggerTable triggers={items} workflows={workflows} onOpen={setOpen} />
          )
        }
      </Asked>
      {open && (
        <OpenedTrigger
          workflow={open.trigger.workflow_id}
          open={open}
          setOpen={(next) => setOpen(next?.kind === "make" ? undefined : next)}
        />
      )}
    </Page>
  );
}

function Kinds() {
  const { kind } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <div className="filters">
      <SegmentedControl
        aria-label={words.kind}
        value={kind ?? ""}
        onChange={(value) =>
          void navigate({ search: { kind: (value || undefined) as TriggerKind | undefined } })
        }
        data={[
          { value: "", label: words.every },
          ...triggerKinds.map((value) => ({ value, label: texts.kinds[value] })),
        ]}
      />
    </div>
  );
}

function Nothing({ filtered }: { filtered: boolean }) {
  const navigate = useNavigate();
  if (filtered) return <Empty title={words.noMatch} />;
  return (
    <Empty title={words.empty} text={words.emptyText}>
      <Button onClick={() => void navigate({ to: "/workflows" })}>{words.toWorkflows}</Button>
    </Empty>
  );
}
