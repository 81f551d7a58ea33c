import { ActionIcon, Button, Group, Text } from "@mantine/core";
import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client.ts";
import { type Credential, credentialsQuery } from "../api/queries.ts";
import { queryClient } from "../api/query-client.ts";
import { Asked } from "../parts/asked.tsx";
import { Confirm } from "../parts/confirm.tsx";
import { Empty } from "../parts/empty.tsx";
import { Page } from "../parts/page.tsx";
import { sayDone, sayFailed } from "../parts/say.ts";
import { TimeAgo } from "../parts/time-ago.tsx";
import { VirtualRows } from "../parts/virtual-rows.tsx";
import { texts } from "../texts/texts.ts";
import { AddCredentials } from "./add-credentials.tsx";

const words = texts.credentials;

/** The workspace's credentials, without their content. */
export function CredentialList() {
  const query = useQuery(credentialsQuery);
  const [adding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<Credential>();
  return (
    <Page
      title={words.title}
      actions={
        <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
          {words.add}
        </Button>
      }
    >
      <Asked query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={words.empty} text={words.emptyText} />
          ) : (
            <VirtualRows
              label={words.title}
              rows={items}
              head={<CredentialHead />}
              row={(one) => <CredentialRow key={one.id} credential={one} onDelete={() => setLeaving(one)} />}
            />
          )
        }
      </Asked>
      {adding && <AddCredentials onClose={() => setAdding(false)} />}
      {leaving && <DeleteDialog credential={leaving} onClose={() => setLeaving(undefined)} />}
    </Page>
  );
}

function CredentialHead() {
  const { columns } = words;
  return (
    <tr>
      <th>{columns.integration}</th>
      <th>{columns.name}</th>
      <th className="hide-narrow">{columns.changed}</th>
      <th>{words.test}</th>
    </tr>
  );
}

function CredentialRow({ credential, onDelete }: { credential: Credential; onDelete: () => void }) {
  const test = useMutation({
    mutationFn: () =>
      request<{ ready: boolean }>(`/v1/credentials/${credential.id}/test`, { method: "POST" }),
    onSuccess: ({ ready }) => (ready ? sayDone(words.good) : sayFailed(new Error(words.notGood))),
    onError: sayFailed,
  });
  return (
    <tr>
      <td className="mono">{credential.integration}</td>
      <td>{credential.name}</td>
      <td className="hide-narrow soft">
        <TimeAgo at={credential.updated_at} />
      </td>
      <td>
        <Group gap="xs" wrap="nowrap">
          <Button size="xs" variant="default" loading={test.isPending} onClick={() => test.mutate()}>
            {words.test}
          </Button>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={`${texts.common.delete} ${credential.name}`}
            onClick={onDelete}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      </td>
    </tr>
  );
}

function DeleteDialog({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const removal = useMutation({
    mutationFn: () => request(`/v1/credentials/${credential.id}`, { method: "DELETE" }),
    onSuccess: async () => {
      onClose();
      await queryClient.invalidateQueries({ queryKey: ["credentials"] });
    },
    onError: sayFailed,
  });
  return (
    <Confirm
      opened
      title={words.removal(credential.name)}
      action={texts.common.delete}
      busy={removal.isPending}
      onConfirm={() => removal.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{words.removalText}</Text>
    </Confirm>
  );
}
