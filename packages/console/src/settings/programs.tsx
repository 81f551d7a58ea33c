import { Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { type PluginServer, serversQuery } from "../api/queries.ts";
import { Asked } from "../parts/asked.tsx";
import { StateBadge } from "../parts/state-badge.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/settings.ts";

const words = texts.programs;

/** The plugin servers: who is alive, how busy, in which version. */
export function Programs() {
  return (
    <section className="panel">
      <Title order={2}>{words.servers}</Title>
      <Servers />
    </section>
  );
}

function Servers() {
  const query = useQuery(serversQuery);
  return (
    <Asked query={query} rows={2}>
      {(servers) =>
        servers.length === 0 ? (
          <p className="soft">{words.noServers}</p>
        ) : (
          <div className="table-scroll">
            <table className="table" aria-label={words.servers}>
              <thead>
                <tr>
                  <th className="grow">{words.server}</th>
                  <th>{words.status}</th>
                  <th className="hide-narrow">{words.version}</th>
                  <th className="number">{words.inFlight}</th>
                  <th className="hide-narrow">{words.since}</th>
                </tr>
              </thead>
              <tbody>
                {servers.map((server) => (
                  <ServerRow key={server.id} server={server} />
                ))}
              </tbody>
            </table>
          </div>
        )
      }
    </Asked>
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
