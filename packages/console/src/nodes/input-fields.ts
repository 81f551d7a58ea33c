import type { ConfigFields, Connector } from "@noxus/contracts";

/** A node's inputs as fields of a form. */
export function inputFields(inputs: readonly Connector[]): ConfigFields {
  return Object.fromEntries(inputs.map((input) => [input.name, toField(input)]));
}

function toField({ type, label, name, definition, optional }: Connector): ConfigFields[string] {
  const dataType = definition?.data_type ?? "str";
  const display = displayOf(type, dataType, definition?.is_list === true);
  return {
    type: definition?.is_list ? "list" : dataType,
    optional: optional === true,
    display: { ...display, label: label ?? name },
  };
}

const files = new Set(["File", "Image", "Audio"]);

function displayOf(
  connector: string | null | undefined,
  type: string,
  isList: boolean,
): Record<string, unknown> {
  // Takes several values, each under a name.
  if (connector?.startsWith("variable_connector")) return { type: "config_dict" };
  if (files.has(type))
    return isList ? { type: "file_array", can_select_multiple_files: true } : { type: "file" };
  if (!isList && ["str", "Any", "Custom"].includes(type)) return { type: "big_text", number_of_lines: 2 };
  return isList ? { type: "json" } : {};
}
