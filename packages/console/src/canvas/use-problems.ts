import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { request } from "../api/client.ts";
import type { Definition } from "./definition.ts";

export interface Problem {
  code: string;
  path: string;
  message: string;
}

const quietMs = 400;

/** What the platform would say of the workflow as it is now, asked when nothing has changed for a moment. */
export function useProblems(definition: Definition): Problem[] {
  const [asked] = useDebouncedValue(definition, quietMs);
  const { data } = useQuery({
    queryKey: ["problems", asked],
    queryFn: ({ signal }) =>
      request<{ problems: Problem[] }>("/v1/workflows/validate", { body: { definition: asked }, signal }),
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    refetchInterval: false,
  });
  return data?.problems ?? [];
}

/** The problems by the node that they name, where they name one. */
export function problemsByNode(
  { nodes, edges }: Definition,
  problems: readonly Problem[],
): Map<string, Problem[]> {
  const idOf = ({ path }: Problem): string => {
    const node = /^nodes\[(\d+)\]/.exec(path)?.[1];
    if (node !== undefined) return nodes[Number(node)]?.id ?? "";
    const edge = edges[Number(/^edges\[(\d+)\]/.exec(path)?.[1] ?? -1)];
    return edge?.target ?? edge?.to_id?.node_id ?? "";
  };
  return Map.groupBy(problems, idOf);
}

/** Of a node's problems, those of one field of its configuration. */
export function fieldProblems(problems: readonly Problem[]): Record<string, string> {
  return Object.fromEntries(
    problems.flatMap(({ path, message }) => {
      const field = /\.(?:node_config|config|inputs)\.([^.[]+)/.exec(path)?.[1];
      return field === undefined ? [] : [[field, message]];
    }),
  );
}
