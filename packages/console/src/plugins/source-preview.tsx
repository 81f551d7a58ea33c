import type { PluginPreview } from "@noxus/contracts";
import type { ReactNode } from "react";
import { byteSize } from "../parts/format.ts";
import { Markdown } from "../parts/markdown.tsx";
import { Notice } from "../parts/notice.tsx";
import { marketplaceTexts } from "../texts/marketplace.ts";
import { SignedBy } from "./signed-by.tsx";

const words = marketplaceTexts.preview;

/** What a source would bring, told from its files before anything is installed. */
export function SourcePreview({ preview }: { preview: PluginPreview }) {
  const { name, displayName, version, description, problem, warnings, installed } = preview;
  const title = words.title(displayName ?? name ?? words.unnamed);
  return (
    <section className="panel" aria-label={title}>
      <strong>{title}</strong> <span className="mono">{version}</span>
      {description && <Markdown text={description} />}
      {problem && (
        <Notice tone="bad" title={words.problem}>
          <p>{problem.message}</p>
        </Notice>
      )}
      {warnings.length > 0 && (
        <Notice tone="warn" title={words.warnings}>
          {warnings.map((warning) => (
            <p key={warning}>{warning}</p>
          ))}
        </Notice>
      )}
      {installed.map((plugin) => (
        <p key={plugin.id}>{marketplaceTexts.installed(plugin.name, plugin.version)}</p>
      ))}
      <dl className="facts">
        <Facts preview={preview} />
      </dl>
    </section>
  );
}

function Facts({ preview }: { preview: PluginPreview }) {
  const { engine, sdk, bytes, files, setupCommand, signature, source, manifest } = preview;
  const integrations = manifest?.integrations?.map(({ title, type }) => title ?? type) ?? [];
  const runsOn = [engine && (words.engines[engine] ?? engine), sdk && words.sdk(sdk.release)].filter(Boolean);
  return (
    <>
      <Fact name={words.nodes}>
        <Nodes nodes={preview.nodes} />
      </Fact>
      {integrations.length > 0 && <Fact name={words.integrations}>{integrations.join(", ")}</Fact>}
      <Fact name={words.dependencies}>
        <Dependencies preview={preview} />
      </Fact>
      <Fact name={words.size}>{`${byteSize(bytes)}, ${words.files(files)}`}</Fact>
      {runsOn.length > 0 && <Fact name={words.runsOn}>{runsOn.join(", ")}</Fact>}
      {setupCommand && (
        <Fact name={words.setup}>
          <code>{setupCommand}</code>
        </Fact>
      )}
      {source.type === "marketplace" && (
        <Fact name={words.signature}>
          <SignedBy signature={signature} />
        </Fact>
      )}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}

function Nodes({ nodes }: Pick<PluginPreview, "nodes">) {
  if (!nodes) return words.nodesUnknown;
  if (nodes.length === 0) return words.noNodes;
  return (
    <ul className="plain">
      {nodes.map(({ type, title, description }) => (
        <li key={type}>
          {title ?? type} {description && <span className="soft">{description}</span>}
        </li>
      ))}
    </ul>
  );
}

function Dependencies({ preview: { dependencies, locked } }: { preview: PluginPreview }) {
  if (dependencies.length === 0) return words.noDependencies;
  return (
    <>
      <span className="mono">{dependencies.join(", ")}</span>{" "}
      <span className="soft">({locked ? words.locked : words.unlocked})</span>
    </>
  );
}
