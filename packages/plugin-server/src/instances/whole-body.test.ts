import { once } from "node:events";
import { PassThrough, Readable } from "node:stream";
import { expect, test } from "vitest";
import { wholeBody } from "./whole-body.ts";

test("a stream is read to its end, a buffer is passed on, nothing is empty", async () => {
  expect(await wholeBody(Readable.from([Buffer.from("ab"), Buffer.from("c")]), 3)).toEqual(
    Buffer.from("abc"),
  );
  const buffer = Buffer.from("abc");
  expect(wholeBody(buffer, 3)).toBe(buffer);
  expect(wholeBody(undefined, 3)).toEqual(Buffer.alloc(0));
});

test("one byte too many is refused, and the sender can still send all of it", async () => {
  const body = new PassThrough();
  const read = wholeBody(body, 3);
  body.write("abcd");
  await expect(read).rejects.toMatchObject({ code: "payload_too_large", data: { maxBytes: 3 } });
  body.end(Buffer.alloc(1024 * 1024));
  await once(body, "close");
  expect(() => wholeBody(Buffer.from("abcd"), 3)).toThrow(/over the 3 bytes/);
});

test("a body that breaks off is no body", async () => {
  const body = new PassThrough();
  const read = wholeBody(body, 3);
  body.write("a");
  body.destroy();
  await expect(read).rejects.toThrow(/broke off/);
});
