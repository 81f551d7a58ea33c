import { useDebouncedValue } from "@mantine/hooks";
import type { ConfigFields, ConfigResponse } from "@noxus/contracts";
import { queryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { request } from "../api/client.ts";
import type { RegistryNode } from "../api/queries.ts";
import type { Values } from "../forms/rules.ts";

/** A person who types on is not interrupted; in ms. */
export const quietMs = 350;

export interface LiveFields {
  fields: ConfigFields;
  /** Why the plugin did not answer for the values as they are. */
  error: Error | null;
}

/**
 * A node's configuration as its plugin computes it for the values so far: asked when nothing has changed for a moment.
 * Only the answer to the newest values is taken; until it is there, and where none comes, the last one stands.
 */
export function useLiveFields(node: RegistryNode, values: Values): LiveFields {
  const [asked] = useDebouncedValue(askedOf(node, values), quietMs);
  const { data, error } = useQuery({ ...nodeFormQuery(node, asked), enabled: isComputed(node) });
  const [fields, setFields] = useState(node.config);
  const [seen, setSeen] = useState<ConfigResponse>();
  if (data && data !== seen) {
    setSeen(data);
    setFields(fieldsOf(node.config, data, JSON.parse(asked) as Values));
  }
  return { fields, error };
}

/** Whether a plugin is asked how a node's form goes on, and its connectors with it. */
export function isComputed({ plugin_id, config_endpoint, config }: RegistryNode): boolean {
  return Boolean(plugin_id && config_endpoint) && Object.keys(config).length > 0;
}

/** What a plugin is asked about: the values of the node's own fields, as JSON. */
export function askedOf(node: RegistryNode, values: Values): string {
  return JSON.stringify(ownValues(node, values));
}

/** A plugin's answer for the values that `asked` is JSON of. */
export const nodeFormQuery = (node: RegistryNode, asked: string) =>
  queryOptions({
    queryKey: ["node-form", node.type, asked],
    queryFn: ({ signal }) => askForm(node, JSON.parse(asked) as Values, signal),
    staleTime: 60_000,
    refetchInterval: false,
  });

function ownValues({ config }: RegistryNode, values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name in config));
}

function askForm(node: RegistryNode, values: Values, signal: AbortSignal): Promise<ConfigResponse> {
  const { config, inputs, outputs, title } = node;
  return request<ConfigResponse>(`/v1/nodes/${encodeURIComponent(node.type)}/config`, {
    body: { config, inputs, outputs, title, config_values: values },
    signal,
  });
}

/** The answered fields; lists of choices come among the values. A field that is declared stays, whatever is answered. */
export function fieldsOf(
  declared: ConfigFields,
  { config, config_values }: ConfigResponse,
  asked: Values,
): ConfigFields {
  const names = [...new Set([...Object.keys(declared), ...Object.keys(config)])];
  return Object.fromEntries(
    names.map((name) => {
      const field = config[name] ?? declared[name] ?? {};
      const choices = config_values?.[name];
      // An empty list may also be the empty value that was sent.
      const isEcho = Array.isArray(asked[name]) && Array.isArray(choices) && choices.length === 0;
      if (!isListOfChoices(choices) || isEcho) return [name, field];
      return [name, { ...field, display: { ...field.display, values: choices } }];
    }),
  );
}

/** Values of fields that take several are lists too, but of what the fields take. */
function isListOfChoices(value: unknown): value is object[] {
  return (
    Array.isArray(value) &&
    value.every((one) => typeof one === "object" && one !== null && "value" in one && "label" in one)
  );
}
