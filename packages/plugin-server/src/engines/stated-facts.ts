import type { Candidate } from "./source-scan.ts";

/** What a plugin's classes say of themselves in plain literals. What is computed is known only when the plugin runs. */
export interface StatedFacts {
  displayName?: string;
  description?: string;
  author?: string;
  nodes: StatedNode[];
}

export interface StatedNode {
  type: string;
  title?: string;
  description?: string;
}

const nodeBases: ReadonlySet<string> = new Set(["BaseNode", "BaseNodeV2"]);

/** The attributes of a scan, class by class: a class is known by its file and line. */
export function statedFacts({ attributes }: Pick<Candidate, "attributes">): StatedFacts {
  const classes = [...Map.groupBy(attributes, ({ file, line }) => `${file}:${line}`).values()];
  const plugin = classes.find(([first]) => first?.base === "BasePlugin");
  const nodes = classes.filter(([first]) => nodeBases.has(first?.base ?? ""));
  return {
    ...pick(textsOf(plugin), { displayName: "display_name", description: "description", author: "author" }),
    nodes: nodes.map(textsOf).flatMap((texts) => {
      const { node_name: type } = texts;
      // One without a name is a base of others.
      return type === undefined
        ? []
        : [{ type, ...pick(texts, { title: "title", description: "description" }) }];
    }),
  };
}

type Texts = Record<string, string | undefined>;

/** Those whose values are plain texts, by name. */
function textsOf(attributes: Candidate["attributes"] = []): Texts {
  return Object.fromEntries(
    attributes.flatMap(({ name, value }) => (typeof value === "string" ? [[name, value]] : [])),
  );
}

function pick<K extends string>(texts: Texts, names: Record<K, string>): { [key in K]?: string } {
  const found = (Object.entries(names) as [K, string][]).map(([key, name]) => [key, texts[name]] as const);
  return Object.fromEntries(found.filter(([, text]) => text !== undefined)) as { [key in K]?: string };
}
