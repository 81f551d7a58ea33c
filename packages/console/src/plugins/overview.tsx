import { Button, Title } from "@mantine/core";
import type { Plugin, PluginFailure } from "@noxus/contracts";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { pluginQuery } from "../api/queries.ts";
import { Notice } from "../parts/notice.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/texts.ts";
import { Conditions } from "./conditions.tsx";
import { InstallLog } from "./install-log.tsx";
import { Phases } from "./phases.tsx";
import { Facts } from "./plugin-facts.tsx";
import { useAsk } from "./plugin-page.tsx";
import { Releases } from "./releases.tsx";
import { Resources } from "./resources.tsx";

const route = getRouteApi("/shell/plugins/$id");
const words = texts.plugins;

/** How a plugin is, why, and what to do where it is not well. */
export function Overview() {
  const { id } = route.useParams();
  const { data: plugin } = useQuery(pluginQuery(id));
  if (!plugin) return null;
  const { report, status } = plugin;
  return (
    <div className="columns">
      <Attention plugin={plugin} />
      <section className="panel">
        <Title order={2}>{words.conditions}</Title>
        <Conditions conditions={report?.conditions ?? []} />
      </section>
      <section className="panel">
        <Title order={2}>{words.phases}</Title>
        <Phases phases={report?.phases ?? []} />
      </section>
      {status === "installing" && report && <InstallLog id={plugin.id} />}
      <Resources id={plugin.id} />
      <Releases plugin={plugin} />
      <Facts plugin={plugin} />
    </div>
  );
}

function Attention({ plugin }: { plugin: Plugin }) {
  const { report, status } = plugin;
  const warnings = report?.warnings ?? [];
  return (
    <>
      {status === "missing_config" && <MissingConfig plugin={plugin} />}
      {report?.failure && status !== "running" && report.failure.code !== "plugins_held" && (
        <Failed plugin={plugin} failure={report.failure} />
      )}
      {warnings.length > 0 && (
        <div className="wide">
          <Notice tone="warn" title={words.warnings}>
            {warnings.map((warning) => (
              <p key={warning}>{warning}</p>
            ))}
          </Notice>
        </div>
      )}
    </>
  );
}

function MissingConfig({ plugin }: { plugin: Plugin }) {
  return (
    <div className="wide">
      <Notice tone="warn" title={words.missingConfig}>
        {(plugin.report?.configProblems ?? []).map((problem) => (
          <p key={problem}>{problem}</p>
        ))}
        <Button
          mt="xs"
          size="xs"
          renderRoot={(props) => (
            <Link
              {...props}
              to={"/plugins/$id/configuration" as "/plugins/$id"}
              params={{ id: plugin.name }}
            />
          )}
        >
          {words.missingConfigAction}
        </Button>
      </Notice>
    </div>
  );
}

/** What a process said last says most. */
function showEnd(element: HTMLElement | null): void {
  if (element) element.scrollTop = element.scrollHeight;
}

function Failed({ plugin, failure }: { plugin: Plugin; failure: PluginFailure }) {
  const retry = useAsk(plugin, "retry");
  const ended = [
    failure.code,
    words.exit(failure.exitCode, failure.signal),
    failure.outOfMemory ? words.outOfMemory : "",
  ].filter(Boolean);
  return (
    <div className="wide">
      <Notice tone="bad" title={failure.message}>
        <p className="soft">
          <span className="mono">{ended.join(" · ")}</span> · <TimeAgo at={failure.at} /> ·{" "}
          {failure.nextAttemptAt ? (
            <>
              {words.nextAttempt} <TimeAgo at={failure.nextAttemptAt} />
            </>
          ) : (
            words.noNextAttempt
          )}
        </p>
        {failure.stderrTail && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          <section className="tail" aria-label={words.stderr} tabIndex={0} ref={showEnd}>
            {failure.stderrTail}
          </section>
        )}
        <Button mt="xs" size="xs" loading={retry.isPending} onClick={() => retry.mutate()}>
          {words.tryNow}
        </Button>
      </Notice>
    </div>
  );
}
