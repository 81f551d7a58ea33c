import { Button, Title } from "@mantine/core";
import {
  IconAlertTriangle,
  IconArrowBackUp,
  IconArrowUp,
  IconCircleCheck,
  IconCircleMinus,
  IconCircleX,
  IconDownload,
  IconPencil,
  IconPlayerPause,
  IconRefresh,
  type TablerIcon,
} from "@tabler/icons-react";
import { useInfiniteQuery } from "@tanstack/react-query";
import { pluginHistoryQuery } from "../api/plugin-history.ts";
import { Failure } from "../parts/failure.tsx";
import { LoadingRows } from "../parts/loading.tsx";
import type { Tone } from "../parts/state-badge.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { pluginPageTexts } from "../texts/plugin-page.ts";
import { FailureDetails } from "./failure-details.tsx";
import { type HistoryEntry, type HistoryKind, historyEntries } from "./history-entries.ts";

const words = pluginPageTexts.history;

const looks: Record<HistoryKind, { tone: Tone; icon: TablerIcon }> = {
  installed: { tone: "idle", icon: IconDownload },
  changed: { tone: "idle", icon: IconPencil },
  reload: { tone: "idle", icon: IconRefresh },
  retry: { tone: "idle", icon: IconRefresh },
  rollback: { tone: "idle", icon: IconArrowBackUp },
  update: { tone: "idle", icon: IconArrowUp },
  running: { tone: "ok", icon: IconCircleCheck },
  missing_config: { tone: "warn", icon: IconAlertTriangle },
  failed: { tone: "bad", icon: IconCircleX },
  held: { tone: "warn", icon: IconPlayerPause },
  uninstalling: { tone: "idle", icon: IconCircleMinus },
  uninstalled: { tone: "idle", icon: IconCircleMinus },
};

/** What happened to a plugin, newest first; failures open to all that is known of them. */
export function History({ id }: { id: string }) {
  const query = useInfiniteQuery(pluginHistoryQuery(id));
  const entries = historyEntries(query.data?.pages.flatMap(({ items }) => items) ?? []);
  return (
    <section className="panel history" aria-label={words.title}>
      <Title order={2}>
        {words.title} <span className="soft panel-hint">{words.hint}</span>
      </Title>
      {query.isPending && <LoadingRows rows={6} height={28} />}
      {query.error && !query.data && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data && entries.length === 0 && <p className="soft">{words.empty}</p>}
      <ol className="steps connected">
        {entries.map((entry) => (
          // Its beginning, which stays when the same happens again: what is open stays open.
          <Entry key={`${entry.since} ${entry.type} ${entry.serverId}`} entry={entry} />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button
          mt="sm"
          size="compact-sm"
          variant="default"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {words.older}
        </Button>
      )}
      {query.data && !query.hasNextPage && entries.at(-1)?.kind !== "installed" && entries.length > 0 && (
        <p className="soft">{words.begin}</p>
      )}
    </section>
  );
}

function Entry({ entry }: { entry: HistoryEntry }) {
  const { kind, at, since, times } = entry;
  const { tone, icon: Icon } = looks[kind];
  return (
    <li>
      <span className="state" data-tone={tone}>
        <Icon size={16} aria-hidden />
      </span>
      <span className="step-body">
        <strong>{titleOf(entry)}</strong> <Version entry={entry} />
        {times > 1 && (
          <span className="soft">
            {" · "}
            {words.times(times)} <TimeAgo at={since} />
          </span>
        )}
        {(entry.configProblems ?? []).map((problem) => (
          <div key={problem} className="soft">
            {problem}
          </div>
        ))}
        {kind === "held" && <div className="soft">{entry.failure?.message}</div>}
        {kind === "failed" && entry.status === "running" && (
          <div className="soft">{pluginPageTexts.failure.goesOn}</div>
        )}
        {kind === "failed" && entry.failure && (
          <details className="more">
            <summary>{entry.failure.message}</summary>
            <FailureDetails failure={entry.failure} />
          </details>
        )}
      </span>
      <span className="soft">
        <TimeAgo at={at} />
      </span>
    </li>
  );
}

function titleOf({ kind, changed = [], failure }: HistoryEntry): string {
  if (kind === "failed" && failure) return pluginPageTexts.failure.stages[failure.stage];
  if (kind !== "changed" || changed.length === 0) return words.kinds[kind];
  const names = changed.map((name) => words.changed[name] ?? name.replace(/^(config|settings)\./, ""));
  return words.changedFields(names.join(", "));
}

/** The version that runs, or what became what: the commit where the version did not move. */
function Version({ entry: { kind, version, commit, was } }: { entry: HistoryEntry }) {
  if (kind !== "running" || !version) return null;
  const name = (of: { version?: string | undefined; commit?: string | undefined }) =>
    was?.version === version ? of.commit?.slice(0, 8) : of.version;
  if (!was || !name(was)) return <span className="mono soft">{version}</span>;
  return (
    <span className="soft">
      {words.from} <span className="mono">{name(was)}</span> {words.to}{" "}
      <span className="mono">{name({ version, commit })}</span>
    </span>
  );
}
