import type { PluginSummary } from "@noxus/contracts";
import { Link } from "@tanstack/react-router";
import { byteSize } from "../parts/format.ts";
import { StateBadge } from "../parts/state-badge.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/plugin-list.ts";
import { texts as usual } from "../texts/texts.ts";
import { sourceWords } from "./source-words.ts";

export function PluginHead() {
  const { columns } = texts;
  return (
    <tr>
      <th className="grow">{columns.name}</th>
      <th className="plugin-state">{columns.status}</th>
      <th className="hide-narrow">{columns.version}</th>
      <th className="hide-narrow plugin-source">{columns.source}</th>
      <th className="number hide-narrow">{columns.nodes}</th>
      <th className="number hide-narrow plugin-memory">{columns.memory}</th>
      <th className="hide-narrow">{columns.changed}</th>
    </tr>
  );
}

/** One plugin; where something is wrong with it, that stands in place of what it is for. */
export function PluginRow({ plugin, memory }: { plugin: PluginSummary; memory: number | undefined }) {
  const { name, displayName, description, version, state, source, nodeCount, problem, updatedAt } = plugin;
  return (
    <tr>
      <td>
        <Link to="/plugins/$id" params={{ id: name }} className="row-link">
          {displayName ?? name}
        </Link>
        <div className="soft clamp">{problem?.message ?? description}</div>
      </td>
      <td>
        <StateBadge state={state} of="plugin" />
        {problem?.nextAttemptAt && (
          <div className="soft nowrap">
            {texts.again} <TimeAgo at={problem.nextAttemptAt} />
          </div>
        )}
      </td>
      <td className="hide-narrow mono">{version ?? usual.common.never}</td>
      <td className="hide-narrow soft">
        <span className="clamp">{sourceWords(source)}</span>
      </td>
      <td className="number hide-narrow">{nodeCount}</td>
      <td className="number hide-narrow nowrap">{memory ? byteSize(memory) : usual.common.never}</td>
      <td className="hide-narrow soft">
        <TimeAgo at={updatedAt} />
      </td>
    </tr>
  );
}
