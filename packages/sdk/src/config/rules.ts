/** A rule of the configuration language, as it stands in a manifest. Make one with `rule`. */
export type Rule =
  | { type: "visible_if" | "disabled_if"; config_source: string; value: unknown }
  | { type: "visible_if_group"; conds: Rule[]; mode: "and" | "or" }
  | { type: "type_set_by" | "keys_set_by" | "type_and_keys_set_by"; config_source: string }
  | {
      type: "sets_connector_type" | "sets_connector_keys" | "sets_connector_type_and_keys";
      connector: string;
    }
  | { type: "sets_connector_or_config_visibility" };

/**
 * How one field depends on another, or a connector on a field.
 *
 *     field.text({ label: "Token", rules: [rule.visibleIf("method", "token")] })
 */
export const rule = {
  /** Shown only while the other field has this value. */
  visibleIf: (field: string, value: unknown): Rule => ({ type: "visible_if", config_source: field, value }),
  disabledIf: (field: string, value: unknown): Rule => ({ type: "disabled_if", config_source: field, value }),
  visibleIfAll: (...conds: Rule[]): Rule => ({ type: "visible_if_group", conds, mode: "and" }),
  visibleIfAny: (...conds: Rule[]): Rule => ({ type: "visible_if_group", conds, mode: "or" }),
  typeSetBy: (field: string): Rule => ({ type: "type_set_by", config_source: field }),
  keysSetBy: (field: string): Rule => ({ type: "keys_set_by", config_source: field }),
  typeAndKeysSetBy: (field: string): Rule => ({ type: "type_and_keys_set_by", config_source: field }),
  setsConnectorType: (connector: string): Rule => ({ type: "sets_connector_type", connector }),
  setsConnectorKeys: (connector: string): Rule => ({ type: "sets_connector_keys", connector }),
  setsConnectorTypeAndKeys: (connector: string): Rule => ({
    type: "sets_connector_type_and_keys",
    connector,
  }),
  setsConnectorOrConfigVisibility: (): Rule => ({ type: "sets_connector_or_config_visibility" }),
} as const;
