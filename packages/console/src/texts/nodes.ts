/** Of nodes' forms, and of trying one alone; loaded with them, not with the first page. */
export const texts = {
  try: "Try alone",
  title: (node: string) => `Try “${node}” alone`,
  hint: "Runs this node once, with the values below, as a run of its own. Nothing of the workflow is changed.",
  inputs: "Inputs",
  noInputs: "This node takes no inputs.",
  asForm: "Form",
  asJson: "JSON",
  json: "Inputs as JSON, by name",
  notAnObject: "Expected an object with the inputs by their names.",
  configuration: "Configuration",
  run: "Run the node",
  again: "Run it again",
  stop: "Stop",
  result: "Result",
  toRun: "Open the run",
  form: {
    away: "The plugin cannot say now how this form goes on; it is shown as declared.",
  },
};
