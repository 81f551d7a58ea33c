import { expect, test } from "vitest";
import { createKeyring, generateKey } from "./keyring.ts";

test("what was sealed is opened, and no two envelopes of one text are alike", () => {
  const ring = createKeyring(generateKey());
  const [one, two] = [ring.seal("pässword"), ring.seal("pässword")];
  expect(one).not.toBe(two);
  expect([ring.open(one), ring.open(two)]).toEqual(["pässword", "pässword"]);
});

test("after a change of keys old envelopes still open, and new ones use the new key", () => {
  const old = generateKey("old");
  const sealed = createKeyring(old).seal("x");
  const ring = createKeyring(`${generateKey("new")},${old}`);
  expect(ring.open(sealed)).toBe("x");
  expect(ring.seal("x")).toMatch(/^v1\.new\./);
});

test("an altered envelope, an unknown key and a wrong form are refused", () => {
  const ring = createKeyring(generateKey());
  const sealed = ring.seal("text");
  const altered = `${sealed.slice(0, -2)}${sealed.endsWith("AA") ? "BB" : "AA"}`;
  expect(() => ring.open(altered)).toThrow();
  expect(() => createKeyring(generateKey("other")).open(sealed)).toThrow(/"k1".*not configured/);
  expect(() => ring.open("plain")).toThrow(/no sealed value/);
  expect(() => createKeyring("k1:short")).toThrow(/"k1" is not of the form/);
});
