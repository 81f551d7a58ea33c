/** A node, integration, trigger or datasource that the plugin does not have: 404 over HTTP, -32004 over stdio. */
export class UnknownComponentError extends Error {
  override readonly name = "UnknownComponentError";

  constructor(kind: ComponentKind, name: string, known: Iterable<string>, message?: string) {
    const list = [...known].map((one) => `'${one}'`).join(", ");
    super(message ?? `${kind} '${name}' not found. Available ${kind.toLowerCase()}s: [${list}]`);
  }
}

export type ComponentKind = "Node" | "Integration" | "Trigger" | "Datasource";
