import { ActionIcon, Group, Menu } from "@mantine/core";
import { IconDots, IconPencil, IconTrash } from "@tabler/icons-react";
import type { Credential, Integration } from "../api/credentials.ts";
import { TimeAgo } from "../parts/time-ago.tsx";
import { texts } from "../texts/credentials.ts";
import { texts as usual } from "../texts/texts.ts";
import { useCredentialTest } from "./credential-test.tsx";

export function CredentialHead() {
  const { columns } = texts;
  return (
    <tr>
      <th className="grow">{columns.integration}</th>
      <th className="credential-name">{columns.name}</th>
      <th className="hide-narrow">{columns.changed}</th>
      <th>
        <span className="unseen">{columns.actions}</span>
      </th>
    </tr>
  );
}

/** Stored credentials: what for, under which name, and whether the plugin takes them once it was asked. */
export function CredentialRow({
  credential,
  integration,
  onOpen,
}: {
  credential: Credential;
  /** Undefined where no installed plugin brings it, or it is not known yet. */
  integration: Integration | undefined;
  onOpen: (what: "change" | "delete") => void;
}) {
  const { state, button, problem } = useCredentialTest(credential);
  const { name } = credential;
  return (
    <tr>
      <td>
        <strong>{integration?.display_name ?? credential.integration}</strong>
        <div className="soft">{integration ? integration.plugin_name : texts.unknown}</div>
      </td>
      <td>
        {name}
        <div>{state}</div>
        {problem && <div className="soft">{problem}</div>}
      </td>
      <td className="hide-narrow soft">
        <TimeAgo at={credential.updated_at} />
      </td>
      <td>
        <Group gap="xs" wrap="nowrap">
          {button}
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="default" size={30} aria-label={texts.what(name)}>
                <IconDots size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              {integration && (
                <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => onOpen("change")}>
                  {texts.edit}
                </Menu.Item>
              )}
              <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => onOpen("delete")}>
                {usual.common.delete} …
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </Group>
      </td>
    </tr>
  );
}
