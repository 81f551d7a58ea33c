import { Button, Group, TextInput } from "@mantine/core";
import type { Plugin } from "@noxus/contracts";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import { pluginMemoryQuery, pluginsQuery } from "../api/queries.ts";
import { Asked } from "../parts/asked.tsx";
import { Empty } from "../parts/empty.tsx";
import { byteSize } from "../parts/format.ts";
import { Page } from "../parts/page.tsx";
import { StateBadge } from "../parts/state-badge.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { VirtualRows } from "../parts/virtual-rows.tsx";
import { texts } from "../texts/texts.ts";
import { HoldButton } from "./hold-button.tsx";
import { HoldNotice } from "./hold-notice.tsx";
import { shownState } from "./shown-state.ts";
import { sourceWords } from "./source-words.ts";

const InstallDialog = lazy(() => import("./install-dialog.tsx"));
const route = getRouteApi("/shell/plugins");
const words = texts.plugins;

/** All plugins with their live status. */
export function PluginList() {
  const query = useQuery(pluginsQuery);
  const { q, install } = route.useSearch();
  const navigate = route.useNavigate();
  const setInstall = (kind: string | undefined) =>
    void navigate({ search: (search) => ({ ...search, install: kind }) });
  return (
    <Page
      title={words.title}
      actions={
        <Group gap="xs">
          <HoldButton />
          <Button leftSection={<IconPlus size={16} />} onClick={() => setInstall("git")}>
            {words.install}
          </Button>
        </Group>
      }
    >
      <HoldNotice />
      <Asked query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={words.empty} text={words.emptyText} />
          ) : (
            <Found
              plugins={items}
              filter={q ?? ""}
              onFilter={(value) =>
                void navigate({ search: (search) => ({ ...search, q: value || undefined }), replace: true })
              }
            />
          )
        }
      </Asked>
      <Suspense>
        {install && (
          <InstallDialog kind={install} onKind={setInstall} onClose={() => setInstall(undefined)} />
        )}
      </Suspense>
    </Page>
  );
}

function Found({
  plugins,
  filter,
  onFilter,
}: {
  plugins: Plugin[];
  filter: string;
  onFilter: (value: string) => void;
}) {
  const shown = plugins.filter(({ name, displayName }) =>
    `${name} ${displayName ?? ""}`.toLowerCase().includes(filter.toLowerCase()),
  );
  const { data } = useQuery(pluginMemoryQuery);
  const memory = new Map(data?.plugins.map(({ id, rssBytes }) => [id, rssBytes]));
  return (
    <>
      <div className="filters">
        <TextInput
          type="search"
          aria-label={words.filter}
          placeholder={words.filter}
          leftSection={<IconSearch size={16} />}
          value={filter}
          onChange={({ currentTarget }) => onFilter(currentTarget.value)}
        />
      </div>
      {shown.length === 0 ? (
        <Empty title={words.noMatch}>
          <Button variant="default" onClick={() => onFilter("")}>
            {words.noMatchClear}
          </Button>
        </Empty>
      ) : (
        <VirtualRows
          label={words.title}
          rows={shown}
          head={<PluginHead />}
          row={(plugin) => <PluginRow key={plugin.id} plugin={plugin} memory={memory.get(plugin.id)} />}
        />
      )}
    </>
  );
}

function PluginHead() {
  const { columns } = words;
  return (
    <tr>
      <th>{columns.name}</th>
      <th>{columns.status}</th>
      <th className="hide-narrow">{columns.version}</th>
      <th className="hide-narrow">{columns.source}</th>
      <th className="number hide-narrow">{columns.nodes}</th>
      <th className="number hide-narrow">{columns.memory}</th>
      <th className="hide-narrow">{columns.changed}</th>
    </tr>
  );
}

function PluginRow({ plugin, memory }: { plugin: Plugin; memory: number | undefined }) {
  const { name, displayName, description, version, source, nodes, report, updatedAt } = plugin;
  const said = report?.failure?.message ?? report?.configProblems[0] ?? description;
  return (
    <tr>
      <td>
        <Link to="/plugins/$id" params={{ id: name }} className="row-link">
          {displayName ?? name}
        </Link>
        <div className="soft clamp">{said}</div>
      </td>
      <td>
        <StateBadge state={shownState(plugin)} of="plugin" />
      </td>
      <td className="hide-narrow mono">{version ?? texts.common.never}</td>
      <td className="hide-narrow soft">
        <span className="clamp">{sourceWords(source)}</span>
      </td>
      <td className="number hide-narrow">{nodes.length}</td>
      <td className="number hide-narrow nowrap">{!memory ? texts.common.never : byteSize(memory)}</td>
      <td className="hide-narrow soft">
        <TimeAgo at={report?.updatedAt ?? updatedAt} />
      </td>
    </tr>
  );
}
