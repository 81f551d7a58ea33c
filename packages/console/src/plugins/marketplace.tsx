import { Select, Stack, TextInput } from "@mantine/core";
import type { MarketplacePluginList, MarketplaceRecord } from "@noxus/contracts";
import { IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { marketplacePluginsQuery, marketplacesQuery } from "../api/queries.ts";
import { Asked } from "../parts/asked.tsx";
import { marketplaceTexts as words } from "../texts/marketplace.ts";
import { type InstallSource, MarketplacePluginPanel } from "./marketplace-plugin.tsx";
import { PluginIcon } from "./plugin-icon.tsx";
import { SignedBy } from "./signed-by.tsx";

type Entry = MarketplacePluginList["plugins"][number];

/** Looks around in the marketplaces that plugins may come from: search, one plugin's versions, install. */
export function Marketplace({ install, busy }: { install: InstallSource; busy: boolean }) {
  const query = useQuery(marketplacesQuery);
  const [address, setAddress] = useState<string>();
  return (
    <Asked query={query} rows={4}>
      {({ marketplaces }) => {
        const chosen = marketplaces.find(({ repo_url }) => repo_url === address) ?? marketplaces[0];
        return (
          <Stack gap="xs">
            {marketplaces.length > 1 && (
              <Select
                label={words.which}
                allowDeselect={false}
                data={marketplaces.map(({ name, repo_url }) => ({ value: repo_url, label: name }))}
                value={chosen?.repo_url ?? null}
                onChange={(value) => setAddress(value ?? undefined)}
              />
            )}
            {chosen && <Plugins key={chosen.repo_url} of={chosen} {...{ install, busy }} />}
          </Stack>
        );
      }}
    </Asked>
  );
}

interface PluginsProps {
  of: MarketplaceRecord;
  install: InstallSource;
  busy: boolean;
}

function Plugins({ of, install, busy }: PluginsProps) {
  const query = useQuery(marketplacePluginsQuery(of));
  const [chosen, setChosen] = useState<string>();
  return (
    <Asked query={query} rows={4}>
      {({ plugins }) =>
        chosen === undefined ? (
          <Searched title={words.of(of.name)} plugins={plugins} onChoose={setChosen} />
        ) : (
          <MarketplacePluginPanel
            name={chosen}
            onBack={() => setChosen(undefined)}
            {...{ of, install, busy }}
          />
        )
      }
    </Asked>
  );
}

function Searched({
  title,
  plugins,
  onChoose,
}: {
  title: string;
  plugins: Entry[];
  onChoose: (name: string) => void;
}) {
  const [search, setSearch] = useState("");
  const found = plugins.filter((plugin) => hasWords(plugin, search));
  return (
    <>
      <TextInput
        type="search"
        aria-label={words.search}
        placeholder={words.search}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
      />
      {found.length === 0 && <p className="soft">{plugins.length === 0 ? words.empty : words.noMatch}</p>}
      <ul className="plain market-list" aria-label={title}>
        {found.map((plugin) => (
          <li key={plugin.name}>
            <Row plugin={plugin} onChoose={() => onChoose(plugin.name)} />
          </li>
        ))}
      </ul>
    </>
  );
}

function hasWords({ name, displayName, description, category, author }: Entry, search: string): boolean {
  const text = [name, displayName, description, category, author].join(" ").toLowerCase();
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

function Row({ plugin, onChoose }: { plugin: Entry; onChoose: () => void }) {
  const { name, displayName, version, description, signature, installed } = plugin;
  return (
    <button type="button" className="market-row" onClick={onChoose}>
      <PluginIcon icon={plugin.icon} />
      <span>
        <strong>{displayName ?? name}</strong> <span className="mono soft">{version}</span>{" "}
        {description && <span className="soft clamp">{description}</span>}
        <SignedBy signature={signature} />
        {installed.map((one) => (
          <span key={one.id} className="soft">
            {" · "}
            {words.installed(one.name, one.version)}
          </span>
        ))}
      </span>
    </button>
  );
}
