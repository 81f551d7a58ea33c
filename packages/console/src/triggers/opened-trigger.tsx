import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense } from "react";
import type { Trigger } from "../api/queries.ts";
import { workflowQuery } from "../api/workflows.ts";
import type { DraftKind } from "./trigger-dialog.tsx";

const TriggerDialog = lazy(() => import("./trigger-dialog.tsx"));
const TriggerEvents = lazy(() => import("./trigger-events.tsx"));
const WebhookSecret = lazy(() => import("./webhook-secret.tsx"));

/** What is open of a trigger beside the list that it stands in. */
export type OpenTrigger =
  | { kind: "make"; draft: DraftKind }
  | { kind: "change"; trigger: Trigger }
  | { kind: "events"; trigger: Trigger }
  /** A webhook that was made just now, or is to get a new secret. */
  | { kind: "secret"; trigger: Trigger };

interface OpenedProps {
  workflow: string;
  open: OpenTrigger;
  setOpen: (open: OpenTrigger | undefined) => void;
}

/** The dialog in which a trigger is made or changed, what it received, or a webhook's secret. */
export function OpenedTrigger(props: OpenedProps) {
  return (
    <Suspense>
      <Opened {...props} />
    </Suspense>
  );
}

function Opened({ workflow: id, open, setOpen }: OpenedProps) {
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
