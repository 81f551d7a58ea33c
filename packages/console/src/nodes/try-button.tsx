import { Button, type ButtonProps } from "@mantine/core";
import { IconFlask } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { nodesQuery } from "../api/queries.ts";
import { texts } from "../texts/nodes.ts";
import type { TrialValues } from "./try-dialog.tsx";

const TryDialog = lazy(() => import("./try-dialog.tsx"));

/** What only means something inside a workflow. */
const notAlone = new Set(["InputNode", "InputNodeV2", "OutputNode", "OutputNodeV2", "LoopNodeV2"]);

/** Runs one node alone, asking for its values first. Absent where the node cannot be run so, or is not known now. */
export function TryButton({
  type,
  first,
  ...look
}: {
  type: string;
  /** What the form begins with; asked when it opens. */
  first?: () => TrialValues;
} & ButtonProps) {
  const { data: nodes } = useQuery(nodesQuery);
  const [values, setValues] = useState<TrialValues>();
  const node = nodes?.find((each) => each.type === type);
  if (!node || notAlone.has(type)) return null;
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconFlask size={16} />}
        {...look}
        onClick={() => setValues(first?.() ?? { inputs: {}, config: {} })}
      >
        {texts.try}
      </Button>
      {values && (
        <Suspense>
          <TryDialog node={node} first={values} onClose={() => setValues(undefined)} />
        </Suspense>
      )}
    </>
  );
}
