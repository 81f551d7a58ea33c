import { Button, Menu } from "@mantine/core";
import { IconChevronDown, IconClock, IconPlugConnected, IconWebhook } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { useState } from "react";
import { triggersQuery } from "../api/queries.ts";
import { Asked } from "../parts/asked.tsx";
import { Empty } from "../parts/empty.tsx";
import { texts } from "../texts/triggers.ts";
import { OpenedTrigger, type OpenTrigger } from "./opened-trigger.tsx";
import { usePluginTriggers } from "./plugin-triggers.ts";
import type { DraftKind } from "./trigger-dialog.tsx";
import { TriggerTable } from "./trigger-table.tsx";

const route = getRouteApi("/shell/workflows/$id");

/** What starts a workflow by itself: when next, what came last, and why not. */
export function TriggerList() {
  const { id } = route.useParams();
  const query = useQuery(triggersQuery(id));
  const [open, setOpen] = useState<OpenTrigger>();
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
      {open && <OpenedTrigger workflow={id} open={open} setOpen={setOpen} />}
    </>
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
