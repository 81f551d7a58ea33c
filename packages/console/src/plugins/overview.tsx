import { Button, Title } from "@mantine/core";
import type { Plugin } from "@noxus/contracts";
import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link } from "@tanstack/react-router";
import { pluginQuery } from "../api/queries.ts";
import { Notice } from "../parts/notice.tsx";
import { texts } from "../texts/texts.ts";
import { Conditions } from "./conditions.tsx";
import { FailurePanel } from "./failure-panel.tsx";
import { History } from "./history.tsx";
import { InstallLog } from "./install-log.tsx";
import { Phases } from "./phases.tsx";
import { Facts } from "./plugin-facts.tsx";
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
    <div className="columns overview">
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
      <History id={id} />
      <div className="stacked">
        <Releases plugin={plugin} />
        <Facts plugin={plugin} />
      </div>
    </div>
  );
}

function Attention({ plugin }: { plugin: Plugin }) {
  const { report, status } = plugin;
  const warnings = report?.warnings ?? [];
  return (
    <>
      {status === "missing_config" && <MissingConfig plugin={plugin} />}
      {report?.failure && report.failure.code !== "plugins_held" && (
        <FailurePanel plugin={plugin} failure={report.failure} />
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
