import type { ComponentType } from "react";
import {
  ChipsControl,
  ColorControl,
  MultiSelectControl,
  SegmentsControl,
  SelectControl,
  SwitchControl,
} from "./choice-controls.tsx";
import type { ControlProps } from "./control.ts";
import { BannerDisplay, DividerDisplay, TextDisplay } from "./display-only.tsx";
import { FileControl } from "./file-control.tsx";
import { JsonControl } from "./json-control.tsx";
import { NumberControl, RangeControl, SliderControl } from "./number-controls.tsx";
import { RowsControl } from "./row-controls.tsx";
import {
  LongTextControl,
  PhoneControl,
  SecretControl,
  TagsControl,
  TextControl,
  TimeControl,
} from "./text-controls.tsx";

/**
 * The control of each display type of the configuration language. Those that name parts of another product (models,
 * knowledge bases, agents, its pickers) and unknown ones are edited as what they are: JSON, or text where the type is.
 */
const controls: Record<string, ComponentType<ControlProps>> = {
  text: TextControl,
  config_dynamic_text: TextControl,
  search_bar: TextControl,
  password: SecretControl,
  api_key: SecretControl,
  service_account: SecretControl,
  phone_number: PhoneControl,
  time_picker: TimeControl,
  big_text: LongTextControl,
  big_text_variables: LongTextControl,
  rich_text_variables: LongTextControl,
  rich_text_variables_ai: LongTextControl,
  variable_input_value: LongTextControl,
  chips_text: TagsControl,
  chips_list_text: TagsControl,
  config_scrape_website_list: TagsControl,
  number: NumberControl,
  number_slider: SliderControl,
  number_range_slider: RangeControl,
  number_range: RangeControl,
  toggle: SwitchControl,
  toggle_button: SwitchControl,
  api_toggle: SwitchControl,
  provider_api_toggle: SwitchControl,
  model_toggle: SwitchControl,
  provider_model_toggle: SwitchControl,
  agent_memory_field: SwitchControl,
  select: SelectControl,
  menu_select: SelectControl,
  select_type: SelectControl,
  condition_select: SelectControl,
  config_dynamic_select: SelectControl,
  multi_select: MultiSelectControl,
  enum_slider: SegmentsControl,
  select_chips: ChipsControl,
  color_selector: ColorControl,
  file: FileControl,
  file_array: FileControl,
  config_dict: RowsControl,
  config_dict_list_without_connector: RowsControl,
  type_dict_array: RowsControl,
  config_dict_list: RowsControl,
  config_dict_complex_list: RowsControl,
  config_dict_complex_list_standalone: RowsControl,
  divider: DividerDisplay,
  banner: BannerDisplay,
  ui_text_display: TextDisplay,
};

/** Types whose values are texts, whatever display they name. */
const textTypes = new Set(["str", "string", "datetime"]);

/** Their values are never texts: a text with such a display is edited as the text it is. */
const neverTexts = new Set<unknown>([
  SwitchControl,
  TagsControl,
  NumberControl,
  SliderControl,
  RangeControl,
  RowsControl,
]);

export function controlOf(display: string, type: string): ComponentType<ControlProps> {
  const control = controls[display];
  if (textTypes.has(type)) return !control || neverTexts.has(control) ? TextControl : control;
  return control ?? JsonControl;
}

/** Displays that show something and have no value. */
export const displayOnly = new Set(["divider", "banner", "ui_text_display"]);
/** Displays whose value is never sent back. */
export const secretDisplays = new Set(["password", "api_key", "service_account"]);
