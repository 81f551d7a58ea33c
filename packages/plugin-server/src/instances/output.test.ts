import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { createLineSplitter, createOutputBudget, drainOutput } from "./output.ts";

const endless = { take: () => true };

test("lines come whole, without colours, whatever the chunks", () => {
  const lines: string[] = [];
  const splitter = createLineSplitter({ budget: endless, onLine: (line) => lines.push(line) });
  const bytes = Buffer.from("\u001b[31mé1\u001b[0m\r\n\ntwo\nlast");
  for (const byte of bytes) splitter.push(Buffer.from([byte]));
  splitter.end();
  expect(lines).toEqual(["é1", "two", "last"]);
});

test("a line without an end is cut", () => {
  const lines: string[] = [];
  const splitter = createLineSplitter({ budget: endless, onLine: (line) => lines.push(line) });
  for (let n = 0; n < 10; n += 1) splitter.push(Buffer.from("x".repeat(10_000)));
  expect(lines.length).toBeGreaterThan(3);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(17_000);
});

test("output beyond the budget is dropped, and the log says how much", () => {
  const lines: string[] = [];
  const budget = createOutputBudget({ bytesPerS: 0, burst: 10 });
  const splitter = createLineSplitter({ budget, onLine: (line) => lines.push(line) });
  splitter.push(Buffer.from("12345678\n"));
  for (let n = 0; n < 100; n += 1) splitter.push(Buffer.from("x".repeat(1000)));
  splitter.end();
  expect(lines).toEqual(["12345678", expect.stringContaining("100000 bytes of output dropped")]);
});

test("the tail keeps the last whole lines, dropped or not", async () => {
  const stream = new PassThrough();
  const drained = drainOutput(stream, { budget: { take: () => false }, onLine: () => {} });
  for (let n = 0; n < 5000; n += 1) stream.write(`line ${n}\n`);
  stream.end();
  await new Promise((resolve) => stream.once("end", resolve));
  const tail = drained.tail().split("\n");
  expect(tail.at(-1)).toBe("line 4999");
  expect(tail[0]).toMatch(/^line \d+$/);
  expect(tail.length).toBeGreaterThan(300);
});
