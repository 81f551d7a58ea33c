import fc from "fast-check";
import { expect, test } from "vitest";
import { createNonFiniteFilter, mayHoldNonFinite } from "./non-finite.ts";

function filtered(chunks: Buffer[]): string {
  const filter = createNonFiniteFilter();
  return Buffer.concat([...chunks.map((chunk) => filter.write(chunk)), filter.end()]).toString();
}

test("NaN and the infinities become null outside of strings, and stay within them", () => {
  const text = String.raw`{"a": [NaN, -Infinity, Infinity, -1], "NaN": "NaN \" Infinity", "b":NaN}`;
  expect(filtered([Buffer.from(text)])).toBe(
    String.raw`{"a": [null, null, null, -1], "NaN": "NaN \" Infinity", "b":null}`,
  );
  expect(mayHoldNonFinite(Buffer.from('{"a": 1}'))).toBe(false);
});

test("any JSON passes unchanged, however it is cut into chunks", () => {
  fc.assert(
    fc.property(fc.json(), fc.integer({ min: 1, max: 9 }), (json, size) => {
      const bytes = Buffer.from(json);
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
        bytes.subarray(index * size, (index + 1) * size),
      );
      expect(filtered(chunks)).toBe(json);
    }),
  );
});

test("literals are found across any cut", () => {
  const bytes = Buffer.from('[NaN,-Infinity,"x\\\\",Infinity,-5]');
  for (let at = 0; at <= bytes.length; at += 1)
    expect(filtered([bytes.subarray(0, at), bytes.subarray(at)])).toBe('[null,null,"x\\\\",null,-5]');
});
