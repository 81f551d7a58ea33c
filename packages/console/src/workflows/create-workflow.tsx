import { Button } from "@mantine/core";
import { IconPlus, IconSparkles } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { request } from "../api/client.ts";
import { queryClient } from "../api/query-client.ts";
import type { Workflow } from "../api/workflows.ts";
import { sayFailed } from "../parts/say.ts";
import { texts } from "../texts/workflows.ts";

interface NewWorkflow {
  name: string;
  definition: Record<string, unknown>;
}

function useCreate(workflow: NewWorkflow, goTo: (id: string) => Promise<void>) {
  return useMutation({
    mutationFn: () => request<Workflow>("/v1/workflows", { body: { type: "flow", ...workflow } }),
    onSuccess: async ({ id }) => {
      await goTo(id);
      await queryClient.invalidateQueries({ queryKey: ["workflows"] });
    },
    onError: sayFailed,
  });
}

/** An empty workflow of the second form, and the canvas to fill it. */
export function CreateButton() {
  const navigate = useNavigate();
  const empty = { name: texts.untitled, definition: { flow_version: "v2", nodes: [], edges: [] } };
  const create = useCreate(empty, (id) => navigate({ to: "/workflows/$id/edit", params: { id } }));
  return (
    <Button leftSection={<IconPlus size={16} />} loading={create.isPending} onClick={() => create.mutate()}>
      {texts.create}
    </Button>
  );
}

/** Takes no plugin, so that it runs on any platform. */
const example = {
  name: texts.exampleName,
  definition: {
    flow_version: "v2",
    nodes: [
      { id: "who", type: "InputNodeV2", name: "Who", node_config: { label: "Who", type: "str" } },
      {
        id: "greet",
        type: "ComposeTextNode",
        name: "Greet",
        node_config: { template: "Hello :var[who.output]" },
      },
      {
        id: "greeting",
        type: "OutputNodeV2",
        name: "Greeting",
        node_config: { label: "Greeting", value: ":var[greet.output]" },
      },
    ],
    edges: [
      { id: "e1", source: "who", target: "greet" },
      { id: "e2", source: "greet", target: "greeting" },
    ],
  },
};

/** A small workflow that is there already, with the form that runs it open. */
export function ExampleButton() {
  const navigate = useNavigate();
  const create = useCreate(example, (id) =>
    navigate({ to: "/workflows/$id", params: { id }, search: { run: "new" } }),
  );
  return (
    <Button
      leftSection={<IconSparkles size={16} />}
      loading={create.isPending}
      onClick={() => create.mutate()}
    >
      {texts.example}
    </Button>
  );
}
