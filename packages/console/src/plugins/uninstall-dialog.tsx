import { List, Text } from "@mantine/core";
import type { Plugin } from "@noxus/contracts";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import { workflowsQuery } from "../api/workflows.ts";
import { Confirm } from "../parts/confirm.tsx";
import { LoadingRows } from "../parts/loading.tsx";
import { sayFailed } from "../parts/say.ts";
import { texts } from "../texts/texts.ts";
import { usersOf } from "./users-of.ts";

const words = texts.plugins.removal;

/** Uninstalls, after it has said which workflows need the plugin. */
export function UninstallDialog({
  plugin,
  opened,
  onClose,
}: {
  plugin: Plugin;
  opened: boolean;
  onClose: () => void;
}) {
  const navigate = useNavigate();
  const removal = useMutation({
    mutationFn: () => request(`/v1/plugins/${plugin.id}`, { method: "DELETE" }),
    onSuccess: async () => {
      await navigate({ to: "/plugins" });
      await queryClient.invalidateQueries({ queryKey: ["plugins"] });
    },
    onError: sayFailed,
  });
  return (
    <Confirm
      opened={opened}
      title={words.title(plugin.displayName ?? plugin.name)}
      action={words.confirm}
      busy={removal.isPending}
      onConfirm={() => removal.mutate()}
      onClose={onClose}
    >
      <Text size="sm">{words.text}</Text>
      {opened && <Users nodes={plugin.nodes} />}
    </Confirm>
  );
}

function Users({ nodes }: { nodes: string[] }) {
  const workflows = useQuery(workflowsQuery);
  if (!workflows.data) return <LoadingRows rows={1} />;
  const users = usersOf(nodes, workflows.data.items);
  return (
    <>
      <Text size="sm" mt="sm" fw={600}>
        {users.length === 0 ? words.unused : words.used(users.length)}
      </Text>
      <List size="sm" mt={4}>
        {users.map(({ id, name }) => (
          <List.Item key={id}>{name}</List.Item>
        ))}
      </List>
    </>
  );
}
