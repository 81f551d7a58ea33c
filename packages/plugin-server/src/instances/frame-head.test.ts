import { expect, test } from "vitest";
import { parseFrameLine, readFrameHead } from "./frame-head.ts";

test("the head of what Python's json writes is read without parsing the rest", () => {
  const head = (text: string) => readFrameHead(Buffer.from(text));
  expect(head('{"jsonrpc": "2.0", "id": 7, "result": {"a": 1')).toEqual({ kind: "result", id: 7, start: 38 });
  expect(head('{"jsonrpc":"2.0","id":7,"error":{')).toEqual({ kind: "error", id: 7 });
  expect(head('{"jsonrpc": "2.0", "id": 3, "method": "host.upload_file", "params": {')).toEqual({
    kind: "request",
    id: 3,
    method: "host.upload_file",
  });
  expect(head('{"id": 7, "jsonrpc": "2.0"')).toBeUndefined();
});

test("a frame is found behind what the plugin printed before it on the line", () => {
  const line = Buffer.from('progress {"jsonrpc" 50%{"jsonrpc": "2.0", "id": 1, "result": null}');
  expect(parseFrameLine(line)).toEqual({ start: 23, message: { jsonrpc: "2.0", id: 1, result: null } });
  expect(parseFrameLine(Buffer.from("just text"))).toBeUndefined();
  expect(parseFrameLine(Buffer.from("[1]"))).toBeUndefined();
});
