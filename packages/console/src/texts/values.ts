/** Of values as people read them. */
export const texts = {
  nothing: "Nothing",
  value: "Value",
  whole: (size: string) => `All of it, ${size}`,
  showHere: "Show it here",
  showAll: (characters: number) => `Show all ${characters.toLocaleString("en")} characters`,
  showLess: "Show less",
  copyOf: (name: string) => `Copy ${name}`,
  copyPath: "Copy path",
  copyPathOf: (path: string) => `Copy path ${path}`,
  gone: "no longer kept",
  notDrawn: "This picture cannot be drawn.",
  enlarge: (name: string) => `Show ${name} large`,
  forms: { text: "Text", markdown: "Markdown", table: "Table", tree: "Tree" },
  form: (name: string) => `How ${name} is shown`,
  row: "#",
  treeKeys: "Arrows move, open and close; c copies the value, p its path.",
  /** Of a list or an object. */
  sizeOf: (value: object) => {
    const count = Object.keys(value).length;
    if (Array.isArray(value)) return count === 0 ? "empty list" : `list of ${count.toLocaleString("en")}`;
    return count === 0 ? "empty object" : `object of ${count.toLocaleString("en")}`;
  },
};
