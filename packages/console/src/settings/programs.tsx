import { Stack, Title } from "@mantine/core";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { type PluginServer, serversQuery, type Worker, workersQuery } from "../api/queries.ts";
import { AdminOnly, NoPermission } from "../parts/admin-only.tsx";
import { Asked } from "../parts/asked.tsx";
import { StateBadge } from "../parts/state-badge.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/settings.ts";

const words = texts.programs;

/** Plugin servers and workers: who is alive, how busy, in which version; for administrators. */
export function Programs() {
  return (
    <AdminOnly instead={<NoPermission />}>
      <BothKinds />
    </AdminOnly>
  );
}

function BothKinds() {
  const servers = useQuery(serversQuery);
  const workers = useQuery(workersQuery);
  return (
    <Stack gap="md">
      <ProgramTable
        title={words.servers}
        names={{ program: words.server, load: words.inFlight, none: words.noServers }}
        query={servers}
        row={(server) => <ServerRow key={server.id} server={server} />}
      />
      <ProgramTable
        title={words.workers}
        names={{ program: words.worker, load: words.runs, none: words.noWorkers }}
        query={workers}
        row={(worker) => <WorkerRow key={worker.id} worker={worker} />}
      />
    </Stack>
  );
}

function ProgramTable<T>({
  title,
  names,
  query,
  row,
}: {
  title: string;
  names: { program: string; load: string; none: string };
  query: UseQueryResult<T[]>;
  row: (program: T) => ReactNode;
}) {
  return (
    <section className="panel">
      <Title order={2}>{title}</Title>
      <Asked query={query} rows={2}>
        {(programs) =>
          programs.length === 0 ? (
            <p className="soft">{names.none}</p>
          ) : (
            <div className="table-scroll">
              <table className="table" aria-label={title}>
                <thead>
                  <tr>
                    <th className="grow">{names.program}</th>
                    <th>{words.status}</th>
                    <th className="hide-narrow">{words.version}</th>
                    <th className="number">{names.load}</th>
                    <th className="hide-narrow">{words.since}</th>
                  </tr>
                </thead>
                <tbody>{programs.map(row)}</tbody>
              </table>
            </div>
          )
        }
      </Asked>
    </section>
  );
}

function WorkerRow({ worker }: { worker: Worker }) {
  const { host, pid, alive, version, running, concurrency, startedAt } = worker;
  return (
    <tr>
      <td>
        {host} <span className="mono soft">{pid}</span>
      </td>
      <td>
        <StateBadge state={alive ? "alive" : "away"} />
      </td>
      <td className="hide-narrow mono">{version}</td>
      <td className="number">{words.ofRuns(running, concurrency)}</td>
      <td className="hide-narrow soft">
        <TimeAgo at={startedAt} />
      </td>
    </tr>
  );
}

function ServerRow({ server }: { server: PluginServer }) {
  return (
    <tr>
      <td>
        {server.name} <span className="mono soft">{server.url}</span>
        {server.alive && !server.current && <div className="soft">{words.behind}</div>}
      </td>
      <td>
        <StateBadge state={server.alive ? "alive" : "away"} />
      </td>
      <td className="hide-narrow mono">{server.version}</td>
      <td className="number">{server.inFlight}</td>
      <td className="hide-narrow soft">
        <TimeAgo at={server.startedAt} />
      </td>
    </tr>
  );
}
