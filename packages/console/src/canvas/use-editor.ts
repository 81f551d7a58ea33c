import { useCallback, useMemo, useReducer } from "react";
import { connect, disconnect } from "./connect.ts";
import {
  changeNode,
  type Definition,
  type Document,
  type NodeTypes,
  type Port,
  type Position,
  type Wire,
} from "./definition.ts";
import { addNode, copyNodes, moveNodes, pasteNodes, removeNodes } from "./edit-nodes.ts";
import { change, type History, redo, startHistory, undo } from "./history.ts";
import { arrange } from "./layout.ts";
import { useComputedTypes } from "./use-computed-types.ts";
import { wiresOf } from "./wires.ts";

interface State {
  history: History<Document>;
  /** Ids of the chosen nodes. */
  chosen: ReadonlySet<string>;
}

type Action =
  | { kind: "change"; next: (document: Document) => Document; step?: string; chosen?: ReadonlySet<string> }
  | { kind: "undo" }
  | { kind: "redo" }
  | { kind: "choose"; chosen: ReadonlySet<string> };

function reduce(state: State, action: Action): State {
  if (action.kind === "undo") return { ...state, history: undo(state.history) };
  if (action.kind === "redo") return { ...state, history: redo(state.history) };
  if (action.kind === "choose") return { ...state, chosen: action.chosen };
  const history = change(state.history, action.next(state.history.present), action.step);
  return { history, chosen: action.chosen ?? state.chosen };
}

/** A workflow while it is edited: what a person can do to it, and undo. */
export function useEditor(first: Document, declared: NodeTypes) {
  const [{ history, chosen }, dispatch] = useReducer(reduce, {
    history: startHistory(first),
    chosen: new Set<string>(),
  });
  const { definition, name } = history.present;
  const types = useComputedTypes(definition, declared);
  const edit = useCallback(
    (next: (definition: Definition) => Definition, step?: string, chosen?: ReadonlySet<string>) =>
      dispatch({
        kind: "change",
        next: (document) => ({ ...document, definition: next(document.definition) }),
        ...(step !== undefined && { step }),
        ...(chosen && { chosen }),
      }),
    [],
  );
  const actions = useMemo(
    () => ({
      choose: (ids: Iterable<string>) => dispatch({ kind: "choose", chosen: new Set(ids) }),
      rename: (name: string) =>
        dispatch({ kind: "change", next: (document) => ({ ...document, name }), step: "rename" }),
      move: (places: ReadonlyMap<string, Position>) => edit((now) => moveNodes(now, places)),
      connect: (from: Port, to: Port) => edit((now) => connect(now, from, to, types)),
      disconnect: (wires: readonly Wire[]) => edit((now) => disconnect(now, wires, types)),
      arrange: () => edit((now) => moveNodes(now, arrange(now, types))),
      setName: (id: string, name: string) =>
        edit((now) => changeNode(now, id, (node) => ({ ...node, name })), `name ${id}`),
      setConfig: (id: string, field: string, value: unknown) =>
        edit(
          (now) =>
            changeNode(now, id, (node) => ({
              ...node,
              node_config: { ...node.node_config, [field]: value },
            })),
          `${field} of ${id}`,
        ),
      undo: () => dispatch({ kind: "undo" }),
      redo: () => dispatch({ kind: "redo" }),
      /** Another state of the whole workflow; undo gives back what was there. */
      show: (document: Document) => dispatch({ kind: "change", next: () => document, chosen: new Set() }),
    }),
    [edit, types],
  );
  const add = (type: string, position: Position) => {
    const added = addNode(definition, type, position, types);
    edit(() => added.definition, undefined, new Set([added.id]));
  };
  const paste = (text: string) => {
    const pasted = pasteNodes(definition, text, types);
    if (pasted) edit(() => pasted.definition, undefined, pasted.ids);
  };
  const remove = (ids: ReadonlySet<string>) =>
    edit((now) => removeNodes(now, ids, types), undefined, new Set());
  const wires = useMemo(() => wiresOf(definition, types), [definition, types]);
  return {
    ...actions,
    add,
    paste,
    remove,
    copy: () => copyNodes(definition, chosen, types),
    definition,
    name,
    wires,
    chosen,
    types,
    document: history.present,
    canUndo: history.past.length > 0,
    canRedo: history.future.length > 0,
  };
}

export type Editor = ReturnType<typeof useEditor>;
