import { Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight, type SpotlightActionData } from "@mantine/spotlight";
import { IconPlayerPlay, IconPuzzle, IconSitemap } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { pluginSearchQuery } from "../api/plugins.ts";
import { workflowSummariesQuery } from "../api/workflows.ts";
import { Dialog } from "../parts/dialog.tsx";
import { texts } from "../texts/texts.ts";
import { places } from "./rail.tsx";

const askAfterMs = 150;
const runId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Every place, plugin and workflow by name; and the keys. Loaded after the page: `useKeys` opens it. */
export default function CommandPalette({
  keysShown,
  onKeysClose,
}: {
  keysShown: boolean;
  onKeysClose: () => void;
}) {
  const [query, setQuery] = useState("");
  const actions = useActions(query);
  return (
    <>
      <Spotlight
        actions={actions}
        query={query}
        onQueryChange={setQuery}
        shortcut={null}
        limit={12}
        nothingFound={texts.palette.nothing}
        searchProps={{ placeholder: texts.palette.placeholder, "aria-label": texts.palette.placeholder }}
        lockScroll={false}
      />
      <Dialog opened={keysShown} onClose={onKeysClose} title={texts.keys.title}>
        <Keys list={texts.keys.everywhere} />
        <Title order={2} mt="md" mb="xs">
          {texts.keys.onCanvas}
        </Title>
        <Keys list={texts.keys.canvas} />
      </Dialog>
    </>
  );
}

function Keys({ list }: { list: string[][] }) {
  return (
    <dl className="facts keys">
      {list.map(([keys, meaning]) => [
        <dt key={keys}>
          <kbd>{keys}</kbd>
        </dt>,
        <dd key={meaning}>{meaning}</dd>,
      ])}
    </dl>
  );
}

/**
 * Places, plugins and workflows as the platform finds them, and a run by its id. The palette leaves out what does not fit:
 * an answer to what was typed before must not be chosen.
 */
function useActions(query: string): SpotlightActionData[] {
  const navigate = useNavigate();
  const [q] = useDebouncedValue(query.trim(), askAfterMs);
  const plugins = useQuery(pluginSearchQuery(q));
  const workflows = useQuery(workflowSummariesQuery({ q: q || undefined, page: 1 }));
  return [
    ...places.map(({ to, label, icon: Icon }) => ({
      id: to,
      label,
      leftSection: <Icon size={18} aria-hidden />,
      onClick: () => void navigate({ to }),
    })),
    ...(runId.test(q) ? [runAction(q, () => void navigate({ to: "/runs/$id", params: { id: q } }))] : []),
    ...(workflows.data?.items ?? []).map(({ id, name }) => ({
      id,
      label: name,
      description: texts.palette.workflow,
      leftSection: <IconSitemap size={18} aria-hidden />,
      onClick: () => void navigate({ to: "/workflows/$id", params: { id } }),
    })),
    ...(plugins.data?.items ?? []).map(({ id, name, displayName }) => ({
      id,
      label: displayName ?? name,
      description: texts.palette.plugin,
      keywords: [name],
      leftSection: <IconPuzzle size={18} aria-hidden />,
      onClick: () => void navigate({ to: "/plugins/$id", params: { id: name } }),
    })),
  ];
}

function runAction(id: string, onClick: () => void): SpotlightActionData {
  const leftSection = <IconPlayerPlay size={18} aria-hidden />;
  return { id, label: id, description: texts.palette.run, leftSection, onClick };
}
