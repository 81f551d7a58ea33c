import { Anchor, Button, Group, SegmentedControl, Title, useMantineColorScheme } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { request } from "../api/client.ts";
import { meQuery } from "../api/queries.ts";
import { dropDrafts } from "../canvas/drafts.ts";
import { sayFailed } from "../parts/say.ts";
import { texts as words } from "../texts/settings.ts";
import { texts } from "../texts/texts.ts";

/** How the console looks, and who is signed in. */
export function General() {
  return (
    <div className="columns">
      <Theme />
      <Session />
    </div>
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
    request("/v1/session", { method: "DELETE" }).then(() => {
      dropDrafts();
      window.location.reload();
    }, sayFailed);
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
