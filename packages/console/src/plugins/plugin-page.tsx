import { ActionIcon, Button, Group, Menu, Tooltip } from "@mantine/core";
import type { Plugin } from "@noxus/contracts";
import { IconArrowUp, IconDots, IconPower, IconRefresh, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Outlet } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { pluginQuery } from "../api/queries.ts";
import { AdminOnly } from "../parts/admin-only.tsx";
import { Asked } from "../parts/asked.tsx";
import { Page } from "../parts/page.tsx";
import { StateBadge } from "../parts/state-badge.tsx";
import { Tabs } from "../parts/tabs.tsx";
import { pluginPageTexts } from "../texts/plugin-page.ts";
import { texts } from "../texts/texts.ts";
import { HoldNotice } from "./hold-notice.tsx";
import { shownState } from "./shown-state.ts";
import { UninstallDialog } from "./uninstall-dialog.tsx";
import { useAsk } from "./use-ask.ts";
import { useSwitch } from "./use-switch.ts";
import { useTrueAddress } from "./use-true-address.ts";

const route = getRouteApi("/shell/plugins/$id");
const words = texts.plugins;
const UpdateDialog = lazy(() => import("./update-dialog.tsx"));

/** One plugin: what it is, how it is, what can be done with it; the tabs are addresses. */
export function PluginPage() {
  const { id } = route.useParams();
  const query = useQuery(pluginQuery(id));
  useTrueAddress(query.data, query.error);
  if (!query.data)
    return (
      <Page title={id}>
        <Asked query={query}>{() => null}</Asked>
      </Page>
    );
  return <Shown key={query.data.id} plugin={query.data} />;
}

function Shown({ plugin }: { plugin: Plugin }) {
  return (
    <Page
      title={plugin.displayName ?? plugin.name}
      beside={
        <Group gap="sm">
          <StateBadge state={shownState(plugin)} of="plugin" />
          {plugin.version && <span className="mono soft">{plugin.version}</span>}
        </Group>
      }
      actions={
        <AdminOnly>
          <Actions plugin={plugin} />
        </AdminOnly>
      }
    >
      <HoldNotice />
      <PluginTabs plugin={plugin} />
      <Outlet />
    </Page>
  );
}

function PluginTabs({ plugin }: { plugin: Plugin }) {
  const { id } = route.useParams();
  const { tabs } = words;
  const all = [
    ["/plugins/$id", tabs.overview],
    ["/plugins/$id/nodes", tabs.nodes],
    ...(plugin.report?.manifest?.integrations?.length
      ? [["/plugins/$id/integrations", pluginPageTexts.integrations.tab] as const]
      : []),
    ["/plugins/$id/configuration", tabs.configuration],
    ["/plugins/$id/settings", tabs.settings],
    ["/plugins/$id/logs", tabs.logs],
  ] as const;
  return <Tabs label={words.title} tabs={all} params={{ id }} />;
}

function Actions({ plugin }: { plugin: Plugin }) {
  const [removing, setRemoving] = useState(false);
  const reload = useAsk(plugin, "reload", words.reloaded);
  const [updating, setUpdating] = useState(false);
  const switching = useSwitch(plugin);
  return (
    <Group gap="xs">
      <Tooltip label={words.reloadHint} multiline w={280}>
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} />}
          loading={reload.isPending}
          onClick={() => reload.mutate()}
        >
          {words.reload}
        </Button>
      </Tooltip>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={36} aria-label={pluginPageTexts.menu}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {plugin.source.type !== "upload" && (
            <Menu.Item leftSection={<IconArrowUp size={16} />} onClick={() => setUpdating(true)}>
              {pluginPageTexts.update.menu}
            </Menu.Item>
          )}
          <Menu.Item leftSection={<IconPower size={16} />} onClick={() => switching.mutate(!plugin.enabled)}>
            {plugin.enabled ? pluginPageTexts.switch.off : pluginPageTexts.switch.on}
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => setRemoving(true)}>
            {words.uninstall} …
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Suspense>{updating && <UpdateDialog plugin={plugin} onClose={() => setUpdating(false)} />}</Suspense>
      <UninstallDialog plugin={plugin} opened={removing} onClose={() => setRemoving(false)} />
    </Group>
  );
}
