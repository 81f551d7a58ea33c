import { Title } from "@mantine/core";
import type { Plugin, PluginPreview } from "@noxus/contracts";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { workflowsQuery } from "../api/workflows.ts";
import { byteSize } from "../parts/format.ts";
import { Markdown } from "../parts/markdown.tsx";
import { Notice } from "../parts/notice.tsx";
import { pluginPageTexts } from "../texts/plugin-page.ts";
import { texts } from "../texts/texts.ts";
import { newerChanges } from "./newer-changes.ts";
import { usersOf } from "./users-of.ts";

const words = pluginPageTexts.update;

/** What runs beside what would come: version, commit, nodes, size, and what its author says of the change. */
export function UpdateFacts({ plugin, preview }: { plugin: Plugin; preview: PluginPreview }) {
  const { report, nodes, version } = plugin;
  const known = preview.nodes?.map(({ type }) => type);
  const removed = known ? nodes.filter((type) => !known.includes(type)) : [];
  const added = known?.filter((type) => !nodes.includes(type)) ?? [];
  const bytes = report?.releases?.find(({ release }) => release === report.release)?.bytes;
  const changes = newerChanges(preview.changes, version);
  return (
    <>
      {removed.length > 0 && <Removed types={removed} />}
      <dl className="facts">
        <Fact name={texts.plugins.facts.version}>
          <FromTo from={version} to={preview.version} />
        </Fact>
        <Fact name={texts.plugins.facts.commit}>
          <FromTo from={report?.commit?.slice(0, 8)} to={preview.commit?.slice(0, 8)} />
        </Fact>
        <Fact name={words.added}>{added.length > 0 && <code>{added.join(", ")}</code>}</Fact>
        <Fact name={words.size}>
          <FromTo from={bytes === undefined ? null : byteSize(bytes)} to={byteSize(preview.bytes)} />
        </Fact>
        <Fact name={words.setup}>{preview.setupCommand && <code>{preview.setupCommand}</code>}</Fact>
      </dl>
      <section aria-label={words.changes}>
        <Title order={3} fz="sm" mb={4}>
          {words.changes}
        </Title>
        {changes.length === 0 && <p className="soft">{words.noChanges}</p>}
        {changes.map(({ version, text }) => (
          <div key={version} className="changed-version">
            <strong className="mono">{version}</strong>
            <Markdown text={text} />
          </div>
        ))}
      </section>
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (!children) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function FromTo({ from, to }: { from: string | null | undefined; to: string | null | undefined }) {
  if (!to) return <span className="soft">{texts.common.never}</span>;
  if (!from) return <span className="mono">{to}</span>;
  if (from === to)
    return (
      <>
        <span className="mono">{to}</span> <span className="soft">{words.asNow}</span>
      </>
    );
  return (
    <>
      <span className="mono soft">{from}</span> {pluginPageTexts.history.to}{" "}
      <span className="mono">{to}</span>
    </>
  );
}

/** Nodes that go away take workflows with them. */
function Removed({ types }: { types: string[] }) {
  const { data } = useQuery(workflowsQuery);
  const users = usersOf(types, data?.items ?? []);
  return (
    <Notice tone={users.length > 0 ? "bad" : "warn"} title={words.removed(types.join(", "))}>
      {data && (
        <p>{users.length > 0 ? words.breaks(users.map(({ name }) => name).join(", ")) : words.breaksNone}</p>
      )}
    </Notice>
  );
}
