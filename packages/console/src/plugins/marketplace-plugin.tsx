import { Button, Group, Stack } from "@mantine/core";
import type { MarketplacePluginView, MarketplaceRecord, MarketplaceVersion } from "@noxus/contracts";
import { IconArrowLeft } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { marketplacePluginQuery } from "../api/queries.ts";
import { Asked } from "../parts/asked.tsx";
import { Markdown } from "../parts/markdown.tsx";
import { Notice } from "../parts/notice.tsx";
import { TimeAgo } from "../parts/time-ago.tsx";
import { marketplaceTexts as words } from "../texts/marketplace.ts";
import { PluginIcon } from "./plugin-icon.tsx";
import { SignedBy } from "./signed-by.tsx";
import { SourcePreview } from "./source-preview.tsx";
import { usePreview } from "./use-preview.ts";

export type InstallSource = (source: Record<string, string>) => void;

interface PanelProps {
  of: MarketplaceRecord;
  name: string;
  install: InstallSource;
  busy: boolean;
}

/** One plugin of a marketplace: what it is, its versions, what changed in each, who signed it. */
export function MarketplacePluginPanel({ onBack, ...props }: PanelProps & { onBack: () => void }) {
  const query = useQuery(marketplacePluginQuery(props.of, props.name));
  return (
    <Stack gap="xs">
      <Group>
        <Button variant="subtle" size="xs" leftSection={<IconArrowLeft size={14} />} onClick={onBack}>
          {words.back}
        </Button>
      </Group>
      <Asked query={query} rows={4}>
        {(plugin) => (
          <>
            <About plugin={plugin} />
            <ol className="plain market-list" aria-label={words.versions}>
              {plugin.versions.map((version, index) => (
                <Version key={version.version} version={version} isNewest={index === 0} {...props} />
              ))}
            </ol>
            {plugin.versions.length > 1 && <p className="soft">{words.olderStays}</p>}
          </>
        )}
      </Asked>
    </Stack>
  );
}

function About({ plugin }: { plugin: MarketplacePluginView }) {
  const { name, displayName, description, author, category, icon, installed } = plugin;
  return (
    <div className="market-row">
      <PluginIcon icon={icon} />
      <span>
        <strong>{displayName ?? name}</strong>{" "}
        <span className="soft">{[author, category].filter(Boolean).join(" · ")}</span>
        {description && <Markdown text={description} />}
        {installed.map((one) => (
          <p key={one.id} className="soft">
            {words.installed(one.name, one.version)}
          </p>
        ))}
      </span>
    </div>
  );
}

interface VersionProps extends PanelProps {
  version: MarketplaceVersion;
  isNewest: boolean;
}

function Version({ of, name, version, isNewest, install, busy }: VersionProps) {
  const preview = usePreview();
  const { version: number, publishedAt, changes, signature, refused } = version;
  const newest = { type: "marketplace", name, repo_url: of.repo_url, branch: of.branch };
  // A source that names a version stays at it; without one, an update brings what is newest then.
  const source = isNewest ? newest : { ...newest, version: number };
  return (
    <li>
      <Group justify="space-between">
        <span>
          <strong className="mono">{number}</strong> {publishedAt && <TimeAgo at={publishedAt} />}{" "}
          <SignedBy signature={signature} />
        </span>
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            loading={preview.isPending}
            onClick={() => preview.mutate(source)}
          >
            {words.lookAt(number)}
          </Button>
          <Button size="xs" loading={busy} disabled={refused !== null} onClick={() => install(source)}>
            {words.install(number)}
          </Button>
        </Group>
      </Group>
      {changes && <Markdown text={changes} />}
      {refused && (
        <Notice tone="warn" title={words.refused}>
          <p>{refused.message}</p>
        </Notice>
      )}
      {preview.error && <Notice tone="bad" title={preview.error.message} />}
      {preview.data && <SourcePreview preview={preview.data} />}
    </li>
  );
}
