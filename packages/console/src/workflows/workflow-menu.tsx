import { ActionIcon, Menu } from "@mantine/core";
import { IconCopy, IconDots, IconDownload, IconGauge, IconTrash } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import type { Workflow } from "../api/workflows.ts";
import { sayDone, sayFailed } from "../parts/say.ts";
import { texts } from "../texts/workflows.ts";
import { useExport } from "./use-export.ts";
import { WorkflowRemoval } from "./workflow-removal.tsx";

const words = texts.menu;
const RunLimit = lazy(() => import("./run-limit.tsx"));

/** What is done with a workflow now and then: a copy or a file of it, a limit to its runs, an end. */
export function WorkflowMenu({ workflow }: { workflow: Workflow }) {
  const [opened, setOpened] = useState<"limit" | "removal">();
  const copy = useCopy(workflow);
  const file = useExport(workflow);
  const close = () => setOpened(undefined);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="default"
            size={36}
            aria-label={words.title}
            loading={copy.isPending || file.isPending}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => copy.mutate()}>
            {words.copy}
          </Menu.Item>
          <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => file.mutate()}>
            {texts.export}
          </Menu.Item>
          <Menu.Item leftSection={<IconGauge size={16} />} onClick={() => setOpened("limit")}>
            {words.limit} …
          </Menu.Item>
          <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => setOpened("removal")}>
            {words.delete} …
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Suspense>{opened === "limit" && <RunLimit workflow={workflow} onClose={close} />}</Suspense>
      {opened === "removal" && <WorkflowRemoval workflow={workflow} onClose={close} />}
    </>
  );
}

function useCopy({ name, type, definition }: Workflow) {
  const navigate = useNavigate();
  return useMutation({
    mutationFn: () =>
      request<Workflow>("/v1/workflows", {
        // What it lacks, the workflow that it is made of lacks too.
        query: { force: true },
        body: { name: words.copyOf(name), type, definition },
      }),
    onSuccess: async (made) => {
      await queryClient.invalidateQueries({ queryKey: ["workflows"] });
      await navigate({ to: "/workflows/$id", params: { id: made.id } });
      sayDone(words.copied(made.name));
    },
    onError: sayFailed,
  });
}
