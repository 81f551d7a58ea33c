import { Button, Title } from "@mantine/core";
import type { KeptRelease, Plugin } from "@noxus/contracts";
import { useMutation } from "@tanstack/react-query";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import { AdminOnly } from "../parts/admin-only.tsx";
import { Copyable } from "../parts/copyable.tsx";
import { sayDone, sayFailed } from "../parts/say.ts";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/texts.ts";

const words = texts.plugins;

/** What is on disk of a plugin, newest first, and the way back to each. */
export function Releases({ plugin }: { plugin: Plugin }) {
  const releases = plugin.report?.releases ?? [];
  if (releases.length === 0) return null;
  return (
    <section className="panel">
      <Title order={2}>{words.releases}</Title>
      <ol className="steps">
        {releases.map((release) => (
          <Release key={release.release} plugin={plugin} kept={release} />
        ))}
      </ol>
    </section>
  );
}

function Release({ plugin, kept }: { plugin: Plugin; kept: KeptRelease }) {
  const { release, state, version, fetchedAt } = kept;
  const goBack = useMutation({
    mutationFn: () => request(`/v1/plugins/${plugin.id}/rollback`, { body: { release } }),
    onSuccess: () => {
      sayDone(words.reloaded);
      return queryClient.invalidateQueries({ queryKey: ["plugins"] });
    },
    onError: sayFailed,
  });
  return (
    <li style={{ gridTemplateColumns: "minmax(0, 1fr) max-content" }}>
      <span>
        <strong className="mono">{version}</strong> <Copyable text={release} />{" "}
        <span className="soft">
          {words.releaseStates[state]} · <TimeAgo at={fetchedAt} />
        </span>
      </span>
      {state === "kept" && (
        <AdminOnly>
          <Button
            size="compact-xs"
            variant="default"
            loading={goBack.isPending}
            onClick={() => goBack.mutate()}
          >
            {words.goBack}
          </Button>
        </AdminOnly>
      )}
    </li>
  );
}
