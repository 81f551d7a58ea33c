import { Button, Group, Select } from "@mantine/core";
import { useState } from "react";
import { Dialog } from "../parts/dialog.tsx";
import { texts } from "../texts/canvas.ts";
import { type DefinitionNode, isV2, type Port, titleOf } from "./definition.ts";
import { handleOf, portOfHandle, rowsOf } from "./ports.ts";
import { refusalOf } from "./refusal.ts";
import type { Editor } from "./use-editor.ts";

/** Joins two nodes without a mouse: an output of this one, and of all inputs those that take it. */
export function ConnectDialog({
  editor,
  node,
  onClose,
}: {
  editor: Editor;
  node: DefinitionNode;
  onClose: () => void;
}) {
  const outputs = outputsOf(editor, node);
  const [output, setOutput] = useState<string | null>(outputs[0]?.value ?? null);
  const [input, setInput] = useState<string | null>(null);
  const from = output === null ? undefined : portOfHandle(node.id, output);
  const inputs = from ? inputsFor(editor, from) : [];
  const join = () => {
    const target = inputs.find(({ value }) => value === input);
    if (from && target) editor.connect(from, target.port);
    onClose();
  };
  return (
    <Dialog onClose={onClose} title={texts.connectFrom(titleOf(node, editor.types))}>
      <Select
        label={texts.connect.output}
        data={outputs}
        value={output}
        onChange={setOutput}
        allowDeselect={false}
      />
      <Select
        mt="sm"
        label={texts.connect.input}
        data={inputs.map(({ value, label }) => ({ value, label }))}
        value={input}
        onChange={setInput}
        searchable
        nothingFoundMessage={texts.connect.nothing}
      />
      <Group justify="flex-end" mt="lg">
        <Button disabled={input === null} onClick={join}>
          {texts.connect.action}
        </Button>
      </Group>
    </Dialog>
  );
}

function outputsOf({ definition, types, wires }: Editor, node: DefinitionNode) {
  const rows = rowsOf(node, "outputs", types, wires).map(({ port, label }) => ({
    value: handleOf(port),
    label,
  }));
  const order = isV2(definition) ? [{ value: handleOf({ connector: "" }), label: texts.order }] : [];
  return [...rows, ...order];
}

function inputsFor({ definition, types, wires }: Editor, from: Port) {
  return definition.nodes.flatMap((node) => {
    const rows =
      from.connector === ""
        ? [{ port: { node: node.id, connector: "" }, label: texts.order }]
        : rowsOf(node, "inputs", types, wires);
    return rows
      .filter(({ port }) => refusalOf(definition, types, from, port) === undefined)
      .map(({ port, label }) => ({
        value: `${node.id}${handleOf(port)}`,
        label: `${titleOf(node, types)} · ${label}`,
        port,
      }));
  });
}
