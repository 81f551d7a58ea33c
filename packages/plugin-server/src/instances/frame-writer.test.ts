import { Writable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { FrameWriter } from "./frame-writer.ts";

/** A pipe that keeps each write; it takes the next one only when told, where it is slow. */
function pipe({ slow = false } = {}) {
  const writes: string[] = [];
  let release = () => {};
  const writable = new Writable({
    highWaterMark: 1,
    write(chunk, _encoding, done) {
      writes.push(String(chunk));
      if (slow) release = done;
      else done();
    },
  });
  return { writable, writes, release: () => release() };
}

const frame = (text: string) => ({ content: [Buffer.from(text)] });

test("what came in one turn leaves in one write, in order", async () => {
  const { writable, writes } = pipe();
  const writer = new FrameWriter(writable);
  for (const text of ["1", "2", "3"]) writer.send(frame(text));
  await nextTurn();
  await nextTurn();
  expect(writes).toEqual(["1\n2\n3\n"]);
});

test("a frame that nobody wants any more is left out, and holds nothing back", async () => {
  const { writable, writes } = pipe();
  const writer = new FrameWriter(writable);
  writer.send(frame("wanted"));
  writer.send({ ...frame("given up"), isWanted: () => false });
  await nextTurn();
  await nextTurn();
  expect(writes).toEqual(["wanted\n"]);
});

test("a plugin that reads slowly is waited for: frames have not begun before it has read those before", async () => {
  const { writable, writes, release } = pipe({ slow: true });
  const writer = new FrameWriter(writable);
  const started: string[] = [];
  writer.send({ ...frame("first"), onStarted: () => started.push("first") });
  await nextTurn();
  await nextTurn();
  writer.send({ ...frame("second"), onStarted: () => started.push("second") });
  await nextTurn();
  expect(started).toEqual(["first"]);
  release();
  await expect.poll(() => writes).toEqual(["first\n", "second\n"]);
  expect(started).toEqual(["first", "second"]);
});

test("small frames, long ones and streams keep their order", async () => {
  const { writable, writes } = pipe();
  const writer = new FrameWriter(writable);
  const long = "x".repeat(40 * 1024);
  writer.send(frame("small"));
  writer.send(frame(long));
  writer.send({
    content: (async function* () {
      yield Buffer.from("a");
      yield Buffer.from("b");
    })(),
  });
  writer.send(frame("last"));
  await expect.poll(() => writes.join("")).toBe(`small\n${long}\nab\nlast\n`);
});
