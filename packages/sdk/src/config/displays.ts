/** How a form shows a configuration field. Names are the wire's, in camel case; `toWireDisplay` gives the wire's form. */

/** What every display may be given. */
export interface DisplayLayout {
  tooltip?: string;
  error?: string;
  isSubconfig?: boolean;
  /** Columns of the form's grid, 1 to 12; default 12. */
  colSpan?: number;
  colJustify?: "start" | "center" | "end";
  colAlign?: "start" | "center" | "end";
  isDisabled?: boolean;
}

/** One choice of a select: a plain value, or a value with its label. */
export type Choice = string | number | boolean | { value: unknown; label: string };

interface Placeholder {
  placeholder?: string;
}
interface Slider {
  min?: number;
  max?: number;
  step?: number;
  hideNumber?: boolean;
}
interface Model {
  endpoint: string;
  modelType: string;
}
interface DictEntry {
  label: string;
  placeholder: string;
  hasChips?: boolean;
}
type Nothing = Record<never, never>;

/** The options of each display type beside its layout; what is not optional here is required by the wire. */
export interface DisplayOptions {
  text: Placeholder & {
    numberOfLines?: number;
    showRefresh?: boolean;
    isCode?: boolean;
    isTextarea?: boolean;
    className?: string;
  };
  password: Placeholder;
  number: Nothing;
  number_slider: Slider;
  number_range_slider: Slider;
  number_range: { min: number; max: number };
  toggle: Nothing;
  toggle_button: { icon: string; toggledIcon?: string };
  file: Nothing;
  file_array: {
    canSelectMultipleFiles?: boolean;
    allowedFileTypes?: readonly string[];
    variant?: "logo" | "image" | "regular";
  };
  time_picker: Nothing;
  phone_number: Nothing;
  select: Placeholder & {
    values: readonly Choice[];
    isClearable?: boolean;
    isHorizontal?: boolean;
    isSearchable?: boolean;
  };
  select_chips: { values: readonly Choice[]; canWrap?: boolean };
  menu_select: {
    values: readonly Choice[];
    buttonLabel?: string;
    buttonVariant?: "default" | "destructive" | "outline" | "secondary" | "ghost" | "link";
    buttonSize?: "default" | "sm" | "lg" | "icon";
    buttonIcon?: string;
    needsConfirmation?: boolean;
    confirmationMessage?: string;
    isHorizontal?: boolean;
  };
  multi_select: Placeholder & { values: readonly Choice[]; maxOptions?: number };
  select_type: { values: readonly Choice[] };
  condition_select: { connectorName: string; values: readonly Choice[] };
  enum_slider: { values: readonly string[]; isHorizontal?: boolean };
  coworker_select: { includeCurrentNode?: boolean };
  user_selector: Placeholder;
  color_selector: {
    values: readonly string[];
    hasCustomColor?: boolean;
    isBig?: boolean;
    preview?: string;
  };
  model_select: Model & {
    showPresets?: boolean;
    showInlinePresets?: boolean;
    layout?: "stacked" | "side_by_side";
    hideDisabledModels?: boolean;
  };
  model_toggle: Model;
  provider_model_toggle: { provider: string; model: string } & (
    | { icon: string; iconUrl?: string }
    | { icon?: string; iconUrl: string }
  );
  api_toggle: { toggleLabel: string };
  provider_api_toggle: { toggleLabel: string };
  service_account: { name: string; key: string };
  api_key: { name: string; key: string };
  chips_text: Placeholder & { bottomText?: string; chipsAreClosable?: boolean };
  chips_list_text: Placeholder & {
    maxValues?: number;
    bottomText?: string;
    chipsAreClosable?: boolean;
    hideToolbar?: boolean;
  };
  big_text_variables: Placeholder & { numberOfLines?: number; connectorName: string };
  big_text: Placeholder & { numberOfLines?: number; hideToolbar?: boolean };
  rich_text_variables: Placeholder & {
    numberOfLines?: number;
    connectorName: string;
    hideToolbar?: boolean;
    isSimpleText?: boolean;
    noSpaceOnInsert?: boolean;
    hideChipOptions?: boolean;
  };
  rich_text_variables_ai: Placeholder & { numberOfLines?: number; connectorName: string };
  output_selector: { connectorName: string };
  variable_input_value: { types: readonly string[]; hideToolbar?: boolean };
  config_dict: { keyLabel: string; valueLabel: string };
  config_dict_list: { keys: readonly string[] };
  config_dict_complex_list: { subtitle?: string; keys: readonly DictEntry[]; prefixName?: string };
  config_dict_complex_list_standalone: { subtitle?: string; keys: readonly DictEntry[] };
  config_dict_list_without_connector: {
    keyLabel: string;
    valueLabel: string;
    keyPrefix: string;
    valuePlaceholder: string;
    requiredKeys?: readonly string[];
  };
  type_dict_array: { values: readonly string[]; typeMap: Readonly<Record<string, string>> };
  config_dynamic_text: Placeholder;
  config_dynamic_select: Placeholder & {
    /** The other field whose selection decides the options. */
    sourceField: string;
    sourceAttribute: string;
    endpoint: string;
    fallbackValues?: readonly unknown[];
    isClearable?: boolean;
    isSearchable?: boolean;
  };
  search_bar: { searchEndpoint: string };
  config_workflow_version: Nothing;
  config_complex_condition: Nothing;
  config_scrape_website_list: Nothing;
  gdrive_picker: { multiSelect?: boolean; fileType?: string; setIncludeFolders?: boolean };
  onedrive_picker: {
    baseUrl?: string;
    multiSelect?: boolean;
    fileType?: string;
    setIncludeFolders?: boolean;
    name?: string;
  };
  tools_select: {
    quickTools?: readonly string[];
    showSections?: readonly ("QuickAction" | "Flows" | "Knowledge" | "Nodes" | "MCP" | "Chatflow")[];
  };
  agent_memory_field: Nothing;
  base_tools_field: Nothing;
  knowledge_bases_field: Nothing;
  workflows_field: Nothing;
  coworkers_field: Nothing;
  actions_field: Nothing;
  divider: Nothing;
  banner: { style?: "info" | "warning" | "error" };
  ui_text_display: { title?: string; text?: string; smallText?: string };
  playbook_editor: { showRecorderButton?: boolean; showTestButton?: boolean };
}

export type DisplayType = keyof DisplayOptions;

/** Marks a member that the wire requires and that has no default. */
const required = Symbol("required");
type Members = Record<string, unknown>;

const slider = { min: 0, max: 100, step: 1, hide_number: true };
const placeholder = { placeholder: null };
const values = { values: required };
const connector = { connector_name: required };
const model = { endpoint: required, model_type: required };

/** The wire's members of each display with their defaults; the order is the wire's. */
const displayMembers: Record<DisplayType, Members> = {
  text: {
    ...placeholder,
    number_of_lines: 1,
    show_refresh: false,
    is_code: false,
    is_textarea: false,
    class_name: null,
  },
  password: placeholder,
  number: {},
  number_slider: slider,
  number_range_slider: slider,
  number_range: { min: required, max: required },
  toggle: {},
  toggle_button: { icon: required, toggledIcon: null },
  file: {},
  file_array: { can_select_multiple_files: false, allowed_file_types: null, variant: "regular" },
  time_picker: {},
  phone_number: {},
  select: { ...values, ...placeholder, is_clearable: false, is_horizontal: false, is_searchable: true },
  select_chips: { ...values, can_wrap: true },
  menu_select: {
    ...values,
    button_label: null,
    button_variant: "default",
    button_size: "default",
    button_icon: null,
    needs_confirmation: false,
    confirmation_message: null,
    is_horizontal: false,
  },
  multi_select: { ...values, ...placeholder, max_options: null },
  select_type: values,
  condition_select: { ...connector, ...values },
  enum_slider: { ...values, is_horizontal: false },
  coworker_select: { include_current_node: false },
  user_selector: placeholder,
  color_selector: { ...values, has_custom_color: null, is_big: false, preview: null },
  model_select: {
    ...model,
    show_presets: true,
    show_inline_presets: true,
    layout: "stacked",
    hide_disabled_models: true,
  },
  model_toggle: model,
  provider_model_toggle: { provider: required, model: required, icon: null, icon_url: null },
  api_toggle: { toggle_label: required },
  provider_api_toggle: { toggle_label: required },
  service_account: { name: required, key: required },
  api_key: { name: required, key: required },
  chips_text: { ...placeholder, bottom_text: null, chips_are_closable: false },
  chips_list_text: {
    ...placeholder,
    max_values: null,
    bottom_text: null,
    chips_are_closable: false,
    hide_toolbar: false,
  },
  big_text_variables: { ...placeholder, number_of_lines: 1, ...connector },
  big_text: { ...placeholder, number_of_lines: 5, hide_toolbar: false },
  rich_text_variables: {
    ...placeholder,
    number_of_lines: 5,
    ...connector,
    hide_toolbar: false,
    is_simple_text: false,
    no_space_on_insert: false,
    hide_chip_options: false,
  },
  rich_text_variables_ai: { ...placeholder, number_of_lines: 5, ...connector },
  output_selector: connector,
  variable_input_value: { types: required, hide_toolbar: false },
  config_dict: { key_label: required, value_label: required },
  config_dict_list: { keys: required },
  config_dict_complex_list: { subtitle: null, keys: required, prefix_name: "Output" },
  config_dict_complex_list_standalone: { subtitle: null, keys: required },
  config_dict_list_without_connector: {
    key_label: required,
    value_label: required,
    key_prefix: required,
    value_placeholder: required,
    required_keys: null,
  },
  type_dict_array: { ...values, type_map: required },
  config_dynamic_text: placeholder,
  config_dynamic_select: {
    source_field: required,
    source_attribute: required,
    endpoint: required,
    fallback_values: [],
    ...placeholder,
    is_clearable: true,
    is_searchable: false,
  },
  search_bar: { search_endpoint: required },
  config_workflow_version: {},
  config_complex_condition: {},
  config_scrape_website_list: {},
  gdrive_picker: { multi_select: false, file_type: null, setIncludeFolders: false },
  onedrive_picker: {
    base_url: null,
    multi_select: false,
    file_type: null,
    set_include_folders: false,
    name: "OneDrive",
  },
  tools_select: { quick_tools: null, show_sections: ["QuickAction", "Flows", "Knowledge"] },
  agent_memory_field: {},
  base_tools_field: {},
  knowledge_bases_field: {},
  workflows_field: {},
  coworkers_field: {},
  actions_field: {},
  divider: {},
  banner: { style: "info" },
  ui_text_display: { title: null, text: null, small_text: null },
  playbook_editor: { show_recorder_button: true, show_test_button: true },
};

const layoutMembers: Members = {
  tooltip: null,
  error: null,
  is_subconfig: false,
  col_span: 12,
  col_justify: null,
  col_align: null,
  is_disabled: false,
};

/** Every display type of the configuration language. */
export const displayTypes = Object.keys(displayMembers) as DisplayType[];

/** A display as it stands in a manifest: all members, also those that were left to their default. */
export function toWireDisplay(type: DisplayType, label: string | null, options: object): Members {
  const given = options as Members;
  return {
    type,
    label,
    ...completed(layoutMembers, given, type),
    ...completed(displayMembers[type], withEntries(type, given), type),
  };
}

/** Members of `defaults`, each with the value that was given under its name in camel case. */
export function completed(defaults: Members, given: Members, what: string): Members {
  return Object.fromEntries(
    Object.entries(defaults).map(([member, fallback]) => {
      const value = given[camelCased(member)] ?? fallback;
      if (value === required) throw new TypeError(`A ${what} display needs "${camelCased(member)}".`);
      return [member, value];
    }),
  );
}

export function camelCased(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The two complex dictionaries have objects among their options, which have defaults too. */
function withEntries(type: DisplayType, given: Members): Members {
  if (!type.startsWith("config_dict_complex_list")) return given;
  const keys = ((given.keys ?? []) as DictEntry[]).map(({ label, placeholder, hasChips = false }) => ({
    label,
    placeholder,
    has_chips: hasChips,
  }));
  return { ...given, keys };
}
