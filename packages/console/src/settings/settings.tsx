import { Anchor, Button, Group, SegmentedControl, Title, useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { request } from "../api/client.ts";
import { meQuery, type PluginServer, serversQuery, workspacesQuery } from "../api/queries.ts";
import { Asked } from "../parts/asked.tsx";
import { Copyable } from "../parts/copyable.tsx";
import { Page } from "../parts/page.tsx";
import { sayFailed } from "../parts/say.ts";
import { StateBadge } from "../parts/state-badge.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/texts.ts";

const words = texts.settings;

/** How the console looks, who is signed in, and what the platform consists of. */
export function Settings() {
  return (
    <Page title={words.title}>
      <div className="columns">
        <Theme />
        <Session />
        <section className="panel wide">
          <Title order={2}>{words.servers}</Title>
          <Servers />
        </section>
        <section className="panel wide">
          <Title order={2}>{words.workspaces}</Title>
          <Workspaces />
        </section>
      </div>
    </Page>
  );
}

function Theme() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { themes } = words;
  return (
    <section className="panel">
      <Title order={2}>{words.theme}</Title>
      <SegmentedControl
        aria-label={words.theme}
        value={colorScheme}
        onChange={(value) => setColorScheme(value as keyof typeof themes)}
        data={Object.entries(themes).map(([value, label]) => ({ value, label }))}
      />
    </section>
  );
}

function Session() {
  const { data: me } = useQuery(meQuery);
  const signOut = () =>
    request("/v1/session", { method: "DELETE" }).then(() => window.location.reload(), sayFailed);
  if (!me) return null;
  return (
    <section className="panel">
      <Title order={2}>{words.session}</Title>
      <dl className="facts">
        <dt>{words.key}</dt>
        <dd>
          {me.name} <span className="mono soft">{me.value}</span>
        </dd>
        <dt>{words.administrator}</dt>
        <dd>{me.tenant_admin ? words.yes : words.no}</dd>
      </dl>
      <Group mt="md">
        <Button variant="default" onClick={() => void signOut()}>
          {texts.signIn.out}
        </Button>
        <Anchor href="/docs" size="sm">
          {words.api}
        </Anchor>
      </Group>
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
                  <th className="grow">{words.columns.server}</th>
                  <th>{words.columns.status}</th>
                  <th className="hide-narrow">{words.columns.version}</th>
                  <th className="number">{words.columns.inFlight}</th>
                  <th className="hide-narrow">{words.columns.since}</th>
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

function Workspaces() {
  const query = useQuery(workspacesQuery);
  return (
    <Asked query={query} rows={2}>
      {(workspaces) => (
        <dl className="facts">
          {workspaces.map(({ id, name }) => [
            <dt key={`${id}-name`}>{name}</dt>,
            <dd key={id}>
              <Copyable text={id} length={36} />
            </dd>,
          ])}
        </dl>
      )}
    </Asked>
  );
}
