import { Title } from "@mantine/core";
import type { ConfigField, ConfigFields, Connector } from "@noxus/contracts";
import { type ReactNode, useId } from "react";
import { choicesOf } from "../forms/choices.ts";
import { textOf } from "../forms/control.ts";
import { Markdown } from "../parts/markdown.tsx";
import { pluginPageTexts } from "../texts/plugin-page.ts";
import { texts } from "../texts/texts.ts";

const words = pluginPageTexts.nodes;

/** The inputs or outputs of a node, each with its type. */
export function ConnectorTable({
  title,
  connectors,
  isOutput = false,
}: {
  title: string;
  connectors: Connector[];
  isOutput?: boolean;
}) {
  const hasHelp = connectors.some(({ description }) => description);
  const heads = [
    words.name,
    words.type,
    ...(isOutput ? [] : [words.needed]),
    ...(hasHelp ? [words.help] : []),
  ];
  return (
    <Titled title={title} heads={heads} isEmpty={connectors.length === 0}>
      {connectors.map((connector) => (
        <tr key={connector.name}>
          <td>
            <Named label={connector.label} name={connector.name} />
          </td>
          <td className="mono">{typeOf(connector)}</td>
          {!isOutput && <td>{connector.optional ? texts.plugins.optional : words.required}</td>}
          {hasHelp && (
            <td>
              <Help text={connector.description} />
            </td>
          )}
        </tr>
      ))}
    </Titled>
  );
}

/** What is set of a node, with what it is where nobody sets it. */
export function FieldTable({ fields }: { fields: ConfigFields }) {
  const shown = Object.entries(fields).filter(([, { visible }]) => visible !== false);
  if (shown.length === 0) return null;
  return (
    <Titled title={words.configuration} heads={[words.name, words.type, words.default, words.help]}>
      {shown.map(([name, field]) => (
        <tr key={name}>
          <td>
            <Named label={field.display?.label} name={name} />
          </td>
          <td className="mono">{field.type}</td>
          <td>{defaultOf(field)}</td>
          <td>
            <Help text={field.description} />
            <Help text={field.display?.tooltip} />
            <Choices field={field} />
          </td>
        </tr>
      ))}
    </Titled>
  );
}

function Titled({
  title,
  heads,
  isEmpty = false,
  children,
}: {
  title: string;
  heads: string[];
  isEmpty?: boolean;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <div>
      <Title order={3} id={id} mb={4} mt="sm">
        {title}
      </Title>
      {isEmpty ? (
        <span className="soft">{words.none}</span>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className="table-scroll" tabIndex={0} aria-labelledby={id}>
          <table className="table node-table" aria-labelledby={id}>
            <thead>
              <tr>
                {heads.map((head) => (
                  <th key={head}>{head}</th>
                ))}
              </tr>
            </thead>
            <tbody>{children}</tbody>
          </table>
        </section>
      )}
    </div>
  );
}

function Named({ label, name }: { label: string | null | undefined; name: string }) {
  const isSame = !label || label === name;
  return isSame ? (
    <span className="mono">{name}</span>
  ) : (
    <>
      {label} <span className="mono soft">{name}</span>
    </>
  );
}

function Help({ text }: { text: unknown }) {
  return typeof text === "string" && text !== "" ? <Markdown text={text} /> : null;
}

function Choices({ field: { display } }: { field: ConfigField }) {
  const choices = choicesOf(display?.values);
  if (choices.length === 0) return null;
  return (
    <span className="soft">
      {words.oneOf} {choices.map(({ label }) => label).join(", ")}
    </span>
  );
}

/** `str[]`; several of it where the connector takes any number. */
function typeOf({ definition, type }: Connector): string {
  const one = `${definition?.data_type ?? "Any"}${definition?.is_list ? "[]" : ""}`;
  return type?.startsWith("variable_") ? words.several(one) : one;
}

function defaultOf({ default: value, optional }: ConfigField): ReactNode {
  const text = textOf(value);
  if (text !== "") return <code className="mono">{text}</code>;
  return <span className="soft">{optional === false ? words.required : texts.common.never}</span>;
}
