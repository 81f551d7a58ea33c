import type { Context } from "../call/context.ts";
import { type Config, type ConfigInput, type ConfigValues, configOf } from "../config/config.ts";
import type { CredentialsOf, Integration } from "../integrations/integration.ts";

/** What an event's field is called on the wire, and what it is here. Other words are for people: the value is anything. */
interface EventTypes {
  str: string;
  number: number;
  int: number;
  float: number;
  bool: boolean;
  dict: Readonly<Record<string, unknown>>;
  list: readonly unknown[];
}
type EventOf<O> = { [K in keyof O]: O[K] extends keyof EventTypes ? EventTypes[O[K]] : unknown };

type JsonObject = Record<string, unknown>;

export interface TriggerDeclaration<
  O extends Readonly<Record<string, string>>,
  C extends ConfigInput,
  S extends JsonObject,
  I extends readonly Integration[],
  P extends ConfigInput,
> {
  /** Its name on the wire. */
  name: string;
  title?: string;
  description?: string;
  /** Address of its picture. */
  image?: string;
  config?: C;
  integrations?: I;
  pluginConfig?: P;
  /** Seconds between two polls; default 300. */
  pollingInterval?: number;
  /** What an event holds: field → type. */
  outputs?: O;
  /** What the first poll finds in place of a state. */
  initialState?: S;
  /** Gives what is new since `state`, and the state for the next poll; both must be JSON. */
  poll(
    ctx: Context<ConfigValues<P>, CredentialsOf<I>>,
    given: { config: ConfigValues<C>; state: S },
  ): PollResult<EventOf<O>, S> | Promise<PollResult<EventOf<O>, S>>;
}

export interface PollResult<Event, State> {
  events: readonly Event[];
  state: State;
}

/** A trigger as `defineTrigger` gives it. */
export interface Trigger<Settings = unknown, State = unknown, Event = unknown> {
  readonly kind: "trigger";
  readonly name: string;
  readonly config: Config<unknown>;
  readonly integrations: readonly Integration[];
  readonly pluginConfig: Config<unknown> | undefined;
  /** The manifest's form. */
  definition(): JsonObject;
  poll(
    ctx: Context,
    given: { config: unknown; state: JsonObject },
  ): PollResult<unknown, unknown> | Promise<PollResult<unknown, unknown>>;
  /** Carries the types only. */
  readonly "~types"?: { settings: Settings; state: State; event: Event };
}

type Nothing = Record<never, never>;

/**
 * Starts workflows by looking for news from time to time.
 *
 *     defineTrigger({ name: "new-issue", outputs: { title: "str" }, initialState: { last: 0 },
 *       async poll(ctx, { state }) { return { events: [{ title: "…" }], state: { last: state.last + 1 } }; } });
 */
export function defineTrigger<
  const O extends Readonly<Record<string, string>> = Nothing,
  C extends ConfigInput = Nothing,
  S extends JsonObject = JsonObject,
  const I extends readonly Integration[] = readonly [],
  P extends ConfigInput = Config<Record<string, unknown>>,
>(declaration: TriggerDeclaration<O, C, S, I, P>): Trigger<ConfigValues<C>, S, EventOf<O>> {
  const { name, integrations = [], pluginConfig, initialState } = declaration;
  const config = configOf(declaration.config);
  return {
    kind: "trigger",
    name,
    config,
    integrations,
    pluginConfig: pluginConfig && configOf(pluginConfig),
    definition: () => ({
      type: name,
      title: declaration.title || name,
      description: declaration.description ?? "",
      image: declaration.image ?? null,
      config: config.serialize(),
      integrations: integrations.map(({ type }) => type),
      polling_interval: declaration.pollingInterval ?? 300,
      outputs: { ...declaration.outputs },
    }),
    poll: (ctx, given) =>
      declaration.poll(ctx as never, {
        config: given.config as never,
        state: { ...initialState, ...given.state } as S,
      }),
  };
}
