import type { File, FileValue } from "../files/file.ts";

/** The types of data that travel between nodes, by their names on the wire. */
export type DataType =
  | "str"
  | "number"
  | "bool"
  | "dict"
  | "list"
  | "datetime"
  | "File"
  | "Image"
  | "Audio"
  | "Quote"
  | "Chat"
  | "Custom";

/** Any input or output. Says nothing of `optional`: it would be inferred as "perhaps" for those declared in place. */
export interface AnyConnector {
  readonly kind: "connector";
  readonly dataType: DataType;
  readonly isList: boolean;
  readonly label?: string;
}

/** An input or output of a node. `In` is what `call()` gets, `Out` what it may give. */
export interface Connector<In, Out, Optional extends boolean> extends AnyConnector {
  readonly optional: Optional;
  /** Carries the types only. */
  readonly "~values"?: { in: In; out: Out };
}

export interface ConnectorOptions<List extends boolean, Optional extends boolean> {
  /** Default: the connector's name. */
  label?: string;
  /** Several of them. */
  list?: List;
  /** An input that may be left out, an output that may not come. */
  optional?: Optional;
}

export type Connectors = Readonly<Record<string, AnyConnector>>;

type InOf<C> = C extends Connector<infer In, unknown, boolean> ? In : never;
type OutOf<C> = C extends Connector<unknown, infer Out, boolean> ? Out : never;
type OptionalNames<C extends Connectors> = {
  [K in keyof C]: C[K] extends { optional: true } ? K : never;
}[keyof C];
type Simplified<T> = { [K in keyof T]: T[K] };

/** What `call()` gets for a node's inputs. */
export type InputValues<C extends Connectors> = Simplified<
  { [K in Exclude<keyof C, OptionalNames<C>>]: InOf<C[K]> } & {
    [K in OptionalNames<C>]?: InOf<C[K]> | undefined;
  }
>;

/** What `call()` gives for a node's outputs. */
export type OutputValues<C extends Connectors> = Simplified<
  { [K in Exclude<keyof C, OptionalNames<C>>]: OutOf<C[K]> } & {
    [K in OptionalNames<C>]?: OutOf<C[K]> | undefined;
  }
>;

type OneOrMore<T, List> = List extends true ? T[] : T;
type OneOrMoreOut<T, List> = List extends true ? readonly T[] : T;

type Builder<In, Out = In> = <List extends boolean = false, Optional extends boolean = false>(
  options?: ConnectorOptions<List, Optional>,
) => Connector<OneOrMore<In, List>, OneOrMoreOut<Out, List>, Optional>;

/** Anything that JSON can say, as an output. */
type Dict = Readonly<Record<string, unknown>>;
/** A file to hand on: one that came in, one that was written, or a reference. */
type FileOut = File | FileValue;

/**
 * Inputs and outputs by the type of their data.
 *
 *     inputs: { text: data.text(), images: data.image({ list: true, optional: true }) }
 */
export const data = {
  text: builder<string>("str"),
  number: builder<number>("number"),
  boolean: builder<boolean>("bool"),
  dict: builder<Record<string, unknown>, Dict>("dict"),
  list: builder<unknown[], readonly unknown[]>("list"),
  /** A moment; one without a time zone counts as UTC. */
  datetime: builder<Date>("datetime"),
  file: builder<File, FileOut>("File"),
  image: builder<File, FileOut>("Image"),
  audio: builder<File, FileOut>("Audio"),
  quote: builder<Record<string, unknown>, Dict>("Quote"),
  chat: builder<Record<string, unknown>, Dict>("Chat"),
  custom: builder<unknown>("Custom"),
} as const;

function builder<In, Out = In>(dataType: DataType): Builder<In, Out> {
  return (options = {}) =>
    ({
      kind: "connector",
      dataType,
      isList: options.list ?? false,
      optional: options.optional ?? false,
      ...(options.label !== undefined && { label: options.label }),
    }) as ReturnType<Builder<In, Out>> as never;
}

/** A connector as it stands in a manifest. */
function serializeConnector(name: string, connector: AnyConnector): WireConnector {
  const { label = name, dataType, isList } = connector;
  const definition = { data_type: dataType, is_list: isList };
  return { name, label, definition, optional: isOptional(connector) };
}

export function isOptional(connector: AnyConnector): boolean {
  return (connector as Connector<unknown, unknown, boolean>).optional;
}

/** All connectors of a node, in their order. */
export function serializeConnectors(connectors: Connectors): WireConnector[] {
  return Object.entries(connectors).map(([name, connector]) => serializeConnector(name, connector));
}

export interface WireConnector {
  name: string;
  label: string;
  definition: { data_type: string; is_list?: boolean };
  optional?: boolean;
  [other: string]: unknown;
}
