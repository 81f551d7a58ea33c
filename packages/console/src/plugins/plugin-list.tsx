import { Button, Group } from "@mantine/core";
import type { PluginState, PluginSummary } from "@noxus/contracts";
import { IconPlus } from "@tabler/icons-react";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { getRouteApi } from "@tanstack/react-router";
import { lazy, Suspense, useCallback } from "react";
import { pluginListQuery } from "../api/plugins.ts";
import { pluginMemoryQuery } from "../api/queries.ts";
import { AdminOnly } from "../parts/admin-only.tsx";
import { Asked } from "../parts/asked.tsx";
import { Empty } from "../parts/empty.tsx";
import { Page } from "../parts/page.tsx";
import { ScrolledTo } from "../parts/scrolled-to.tsx";
import { SearchField } from "../parts/search-field.tsx";
import { VirtualRows } from "../parts/virtual-rows.tsx";
import { texts } from "../texts/plugin-list.ts";
import { HoldButton } from "./hold-button.tsx";
import { HoldNotice } from "./hold-notice.tsx";
import { PluginHead, PluginRow } from "./plugin-row.tsx";
import { StateFilter } from "./state-filter.tsx";

const InstallDialog = lazy(() => import("./install-dialog.tsx"));
const route = getRouteApi("/shell/plugins");

/** The plugins with their live state; the platform searches, and gives more as somebody scrolls. */
export function PluginList() {
  const { q, state, install } = route.useSearch();
  const navigate = route.useNavigate();
  const query = useInfiniteQuery(pluginListQuery({ q, state }));
  const setInstall = (kind: string | undefined) =>
    void navigate({ search: (search) => ({ ...search, install: kind }) });
  const setFilter = (filter: { q?: string | undefined; state?: PluginState | undefined }) =>
    void navigate({ search: (search) => ({ ...search, ...filter }), replace: true });
  return (
    <Page
      title={texts.title}
      actions={
        <Group gap="xs">
          <HoldButton />
          <AdminOnly>
            <Button leftSection={<IconPlus size={16} />} onClick={() => setInstall("git")}>
              {texts.install}
            </Button>
          </AdminOnly>
        </Group>
      }
    >
      <HoldNotice />
      <div className="filters">
        <SearchField
          label={texts.filter}
          value={q ?? ""}
          onSearch={(words) => setFilter({ q: words || undefined })}
        />
        <StateFilter
          states={query.data?.pages[0]?.states ?? {}}
          chosen={state}
          onChoose={(chosen) => setFilter({ state: chosen })}
        />
      </div>
      <Asked query={query} rows={8}>
        {({ pages }) => (
          <Found
            plugins={pages.flatMap(({ items }) => items)}
            total={pages[0]?.total ?? 0}
            filtered={q !== undefined || state !== undefined}
            onClear={() => setFilter({ q: undefined, state: undefined })}
            onMore={query.hasNextPage && !query.isFetchingNextPage ? query.fetchNextPage : undefined}
          />
        )}
      </Asked>
      <Suspense>
        {install && (
          <AdminOnly>
            <InstallDialog kind={install} onKind={setInstall} onClose={() => setInstall(undefined)} />
          </AdminOnly>
        )}
      </Suspense>
    </Page>
  );
}

function Found({
  plugins,
  total,
  filtered,
  onClear,
  onMore,
}: {
  plugins: PluginSummary[];
  total: number;
  filtered: boolean;
  onClear: () => void;
  /** Absent where there are no more, or more are on their way. */
  onMore: (() => unknown) | undefined;
}) {
  const { data } = useQuery(pluginMemoryQuery);
  const memory = new Map(data?.plugins.map(({ id, rssBytes }) => [id, rssBytes]));
  const reach = useCallback(() => void onMore?.(), [onMore]);
  if (total === 0)
    return filtered ? <NoMatch onClear={onClear} /> : <Empty title={texts.empty} text={texts.emptyText} />;
  return (
    <>
      <VirtualRows
        label={texts.title}
        rows={plugins}
        total={total}
        head={<PluginHead />}
        row={(plugin) => <PluginRow key={plugin.id} plugin={plugin} memory={memory.get(plugin.id)} />}
      />
      {onMore && <ScrolledTo onReach={reach} />}
    </>
  );
}

function NoMatch({ onClear }: { onClear: () => void }) {
  return (
    <Empty title={texts.noMatch}>
      <Button variant="default" onClick={onClear}>
        {texts.noMatchClear}
      </Button>
    </Empty>
  );
}
