import { useDebouncedValue } from "@mantine/hooks";
import type { ConfigResponse } from "@noxus/contracts";
import { type UseQueryResult, useQueries } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { RegistryNode } from "../api/queries.ts";
import { nodeFormQuery, quietMs } from "../nodes/live-fields.ts";
import { answeredTypes, questionsOf } from "./computed-types.ts";
import type { Definition, NodeTypes } from "./definition.ts";

/** The declared types, and the connectors that plugins compute from the values of the workflow's nodes. */
export function useComputedTypes(definition: Definition, declared: NodeTypes): NodeTypes {
  const now = useMemo(() => questionsOf(definition, declared), [definition, declared]);
  const [questions] = useDebouncedValue(now, quietMs);
  const answers = useQueries({
    queries: questions.map(({ type, asked }) => ({ ...nodeFormQuery(type, asked), retry: false })),
    combine: answersOf,
  });
  const [known, setKnown] = useState<ReadonlyMap<string, RegistryNode>>(new Map());
  useEffect(() => setKnown((before) => answeredTypes(before, questions, answers)), [questions, answers]);
  return useMemo(() => (known.size === 0 ? declared : new Map([...declared, ...known])), [declared, known]);
}

function answersOf(results: UseQueryResult<ConfigResponse>[]): (ConfigResponse | undefined)[] {
  return results.map(({ data }) => data);
}
