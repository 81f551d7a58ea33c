import { Modal } from "@mantine/core";
import { Spotlight, type SpotlightActionData } from "@mantine/spotlight";
import { IconPuzzle, IconSitemap } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { pluginsQuery } from "../api/queries.ts";
import { workflowNamesQuery } from "../api/workflows.ts";
import { texts } from "../texts/texts.ts";
import { texts as workflowTexts } from "../texts/workflows.ts";
import { places } from "./rail.tsx";

/** Every place, plugin and workflow by name; and the keys. Loaded after the page: `useKeys` opens it. */
export default function CommandPalette({
  keysShown,
  onKeysClose,
}: {
  keysShown: boolean;
  onKeysClose: () => void;
}) {
  const actions = useActions();
  return (
    <>
      <Spotlight
        actions={actions}
        shortcut={null}
        limit={12}
        nothingFound={texts.palette.nothing}
        searchProps={{ placeholder: texts.palette.placeholder, "aria-label": texts.palette.placeholder }}
        lockScroll={false}
      />
      <Modal
        opened={keysShown}
        onClose={onKeysClose}
        title={texts.keys.title}
        closeButtonProps={{ "aria-label": texts.common.close }}
      >
        <dl className="facts">
          {texts.keys.list.map(([keys, meaning]) => [
            <dt key={keys}>
              <kbd>{keys}</kbd>
            </dt>,
            <dd key={meaning}>{meaning}</dd>,
          ])}
        </dl>
      </Modal>
    </>
  );
}

function useActions(): SpotlightActionData[] {
  const navigate = useNavigate();
  const plugins = useQuery(pluginsQuery);
  const workflows = useQuery(workflowNamesQuery);
  return [
    ...places.map(({ to, label, icon: Icon }) => ({
      id: to,
      label,
      leftSection: <Icon size={18} aria-hidden />,
      onClick: () => void navigate({ to }),
    })),
    ...(workflows.data?.items ?? []).map(({ id, name }) => ({
      id,
      label: name,
      description: workflowTexts.title,
      leftSection: <IconSitemap size={18} aria-hidden />,
      onClick: () => void navigate({ to: "/workflows/$id", params: { id } }),
    })),
    ...(plugins.data?.items ?? []).map(({ id, name, displayName }) => ({
      id,
      label: displayName ?? name,
      description: texts.plugins.title,
      keywords: [name],
      leftSection: <IconPuzzle size={18} aria-hidden />,
      onClick: () => void navigate({ to: "/plugins/$id", params: { id: name } }),
    })),
  ];
}
