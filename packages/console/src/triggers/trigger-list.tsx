import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconClock, IconPlugConnected, IconWebhook } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { type Trigger, triggersQuery } from "../api/queries.ts";
import { workflowQuery } from "../api/workflows.ts";
import { Asked } from "../parts/asked.tsx";
import { Empty } from "../parts/empty.tsx";
import { texts } from "../texts/triggers.ts";
import { usePluginTriggers } from "./plugin-triggers.ts";
import type { DraftKind } from "./trigger-dialog.tsx";
import { TriggerRow } from "./trigger-row.tsx";

const TriggerDialog = lazy(() => import("./trigger-dialog.tsx"));
const TriggerEvents = lazy(() => import("./trigger-events.tsx"));
const WebhookSecret = lazy(() => import("./webhook-secret.tsx"));
const route = getRouteApi("/shell/workflows/$id");

/** What of the list is open beside it. */
type Open =
  | { kind: "make"; draft: DraftKind }
  | { kind: "change"; trigger: Trigger }
  | { kind: "events"; trigger: Trigger }
  /** A webhook that was made just now, or is to get a new secret. */
  | { kind: "secret"; trigger: Trigger };

/** What starts a workflow by itself: when next, what came last, and why not. */
export function TriggerList() {
  const { id } = route.useParams();
  const query = useQuery(triggersQuery(id));
  const [open, setOpen] = useState<Open>();
  return (
    <>
      <div className="filters">
        <span className="page-head-space" />
        <AddMenu onChoose={(draft) => setOpen({ kind: "make", draft })} />
      </div>
      <Asked query={query} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={texts.empty} text={texts.emptyText} />
          ) : (
            <TriggerTable triggers={items} onOpen={setOpen} />
          )
        }
      </Asked>
      <Suspense>{open && <Opened workflow={id} open={open} setOpen={setOpen} />}</Suspense>
    </>
  );
}

function TriggerTable({ triggers, onOpen }: { triggers: Trigger[]; onOpen: (open: Open) => void }) {
  const { columns } = texts;
  return (
    <div className="table-scroll">
      <table className="table" aria-label={texts.title}>
        <thead>
          <tr>
            <th className="grow">{columns.what}</th>
            <th>{columns.status}</th>
            <th className="hide-narrow">{columns.next}</th>
            <th className="hide-narrow">{columns.last}</th>
            <th aria-label={texts.change} />
          </tr>
        </thead>
        <tbody>
          {triggers.map((trigger) => (
            <TriggerRow key={trigger.id} trigger={trigger} onOpen={(kind) => onOpen({ kind, trigger })} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AddMenu({ onChoose }: { onChoose: (kind: DraftKind) => void }) {
  const { kinds, kindHints } = texts;
  const hasPluginTriggers = usePluginTriggers().length > 0;
  return (
    <Menu position="bottom-end" width={260}>
      <Menu.Target>
        <Button variant="default" rightSection={<IconChevronDown size={16} />}>
          {texts.add}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconClock size={16} />} onClick={() => onChoose("schedule")}>
          {kinds.schedule}
          <div className="soft">{kindHints.schedule}</div>
        </Menu.Item>
        <Menu.Item leftSection={<IconWebhook size={16} />} onClick={() => onChoose("webhook")}>
          {kinds.webhook}
          <div className="soft">{kindHints.webhook}</div>
        </Menu.Item>
        <Menu.Item
          leftSection={<IconPlugConnected size={16} />}
          disabled={!hasPluginTriggers}
          onClick={() => onChoose("plugin")}
        >
          {kinds.plugin}
          <div className="soft">{hasPluginTriggers ? kindHints.plugin : kindHints.noPlugin}</div>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

function Opened({
  workflow: id,
  open,
  setOpen,
}: {
  workflow: string;
  open: Open;
  setOpen: (open: Open | undefined) => void;
}) {
  const { data: workflow } = useQuery(workflowQuery(id));
  const close = () => setOpen(undefined);
  if (open.kind === "events") return <TriggerEvents trigger={open.trigger} onClose={close} />;
  if (open.kind === "secret") return <WebhookSecret trigger={open.trigger} onClose={close} />;
  if (!workflow) return null;
  return (
    <TriggerDialog
      workflow={workflow.value}
      {...(open.kind === "make"
        ? { kind: open.draft }
        : { kind: open.trigger.kind as DraftKind, trigger: open.trigger })}
      onSaved={(saved) => setOpen(saved.secret ? { kind: "secret", trigger: saved } : undefined)}
      onClose={close}
    />
  );
}
