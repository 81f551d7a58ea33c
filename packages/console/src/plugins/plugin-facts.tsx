import { Title } from "@mantine/core";
import type { Plugin } from "@noxus/contracts";
import type { ReactNode } from "react";
import { Copyable } from "../parts/copyable.tsx";
import { Markdown } from "../parts/markdown.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/texts.ts";
import { sourceWords } from "./source-words.ts";

const { facts: names, about, process } = texts.plugins;

/** What is exactly known of a plugin and its process. */
export function Facts({ plugin }: { plugin: Plugin }) {
  const { report } = plugin;
  const instances = report?.instances ?? [];
  const [instance] = instances;
  const spare = instances.find((each) => each.spare);
  return (
    <>
      <FactPanel
        title={about}
        facts={[
          [names.description, plugin.description && <Markdown key="description" text={plugin.description} />],
          [names.source, sourceWords(plugin.source)],
          [names.author, report?.manifest?.author],
          [names.commit, report?.commit && <Copyable text={report.commit} />],
          [names.release, report?.release && <Copyable text={report.release} />],
          [names.id, <Copyable key="id" text={plugin.id} length={36} />],
        ]}
      />
      <FactPanel
        title={process}
        facts={[
          [names.python, report?.python],
          [names.sdk, report?.sdk?.release],
          [names.transport, report?.transport],
          [names.isolation, report?.isolation],
          [names.pid, instance && String(instance.pid)],
          [names.spare, spare && spare !== instance && String(spare.pid)],
          [names.since, instance && <TimeAgo key="since" at={instance.startedAt} />],
          [names.restarts, report && String(report.restarts)],
        ]}
      />
    </>
  );
}

function FactPanel({ title, facts }: { title: string; facts: [string, ReactNode][] }) {
  return (
    <section className="panel">
      <Title order={2}>{title}</Title>
      <dl className="facts">
        {facts
          .filter(([, value]) => value)
          .map(([name, value]) => [
            <dt key={`${name}-name`}>{name}</dt>,
            <dd key={`${name}-value`}>{value}</dd>,
          ])}
      </dl>
    </section>
  );
}
