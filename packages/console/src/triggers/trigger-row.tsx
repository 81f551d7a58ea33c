import { ActionIcon, Menu, Text } from "@mantine/core";
import {
  IconClock,
  IconDots,
  IconHistory,
  IconKey,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlugConnected,
  IconTrash,
  IconWebhook,
} from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Trigger } from "../api/queries.ts";
import { Confirm } from "../parts/confirm.tsx";
import { Copyable } from "../parts/copyable.tsx";
import { StateBadge } from "../parts/state-badge.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/triggers.ts";
import { triggerName } from "./trigger-name.ts";
import { useDeletion, usePausing } from "./use-triggers.ts";

const icons = { schedule: IconClock, webhook: IconWebhook, plugin: IconPlugConnected };

/** What can be opened of a trigger. */
type Openable = "change" | "events" | "secret";

/** What starts a workflow, how it is, when it does next and did last; with the workflow's name where that is given. */
export function TriggerRow({
  trigger,
  workflow,
  onOpen,
}: {
  trigger: Trigger;
  workflow?: string;
  onOpen: (what: Openable) => void;
}) {
  const { kind, status, status_reason, failure, next_at, last_at, last_run_id, path } = trigger;
  const Icon = icons[kind ?? "plugin"];
  return (
    <tr>
      <td>
        <div className="trigger-name">
          <Icon size={18} aria-hidden className="trigger-icon" />
          <div>
            {workflow !== undefined && (
              <Link to="/workflows/$id/triggers" params={{ id: trigger.workflow_id }}>
                {workflow}
              </Link>
            )}
            <div>{texts.kinds[kind ?? "none"]}</div>
            {path ? (
              <Copyable text={`${window.location.origin}${path}`} length={48} />
            ) : (
              <span className="mono soft">{triggerName(trigger)}</span>
            )}
            {failure && <div className="trigger-failure">{failure.message}</div>}
          </div>
        </div>
      </td>
      <td title={status_reason ?? undefined}>
        <StateBadge state={status} />
      </td>
      <td className="hide-narrow soft">
        <TimeAgo at={next_at} />
      </td>
      <td className="hide-narrow soft">
        <TimeAgo at={last_at} />{" "}
        {last_run_id && (
          <Link to="/runs/$id" params={{ id: last_run_id }}>
            {texts.lastRun}
          </Link>
        )}
      </td>
      <td>
        <Actions trigger={trigger} onOpen={onOpen} />
      </td>
    </tr>
  );
}

function Actions({ trigger, onOpen }: { trigger: Trigger; onOpen: (what: Openable) => void }) {
  const { kind, enabled } = trigger;
  const pausing = usePausing(trigger);
  const deletion = useDeletion(trigger);
  const [leaving, setLeaving] = useState(false);
  const name = `${texts.kinds[kind ?? "none"]} ${triggerName(trigger)}`;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={texts.actions(name)}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={enabled ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
            onClick={() => pausing.mutate(!enabled)}
          >
            {enabled ? texts.pause : texts.resume}
          </Menu.Item>
          <Menu.Item leftSection={<IconHistory size={16} />} onClick={() => onOpen("events")}>
            {texts.received}
          </Menu.Item>
          {kind && (
            <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => onOpen("change")}>
              {texts.change}
            </Menu.Item>
          )}
          {kind === "webhook" && (
            <Menu.Item leftSection={<IconKey size={16} />} onClick={() => onOpen("secret")}>
              {texts.newSecret}
            </Menu.Item>
          )}
          <Menu.Item
            leftSection={<IconTrash size={16} />}
            onClick={() => (kind === "schedule" ? deletion.mutate() : setLeaving(true))}
          >
            {kind === "schedule" ? texts.delete : `${texts.delete} …`}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={leaving}
        title={texts.removal(name)}
        action={texts.delete}
        busy={deletion.isPending}
        onConfirm={() => deletion.mutate()}
        onClose={() => setLeaving(false)}
      >
        <Text size="sm">{texts.removalText[kind === "webhook" ? "webhook" : "plugin"]}</Text>
      </Confirm>
    </>
  );
}
