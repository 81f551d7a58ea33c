import { expect, test } from "vitest";
import { whyNoPackage } from "./package-file.ts";

test("a file that can be no package says which are, before it is sent", () => {
  expect(whyNoPackage({ name: "notes.pdf", size: 10 })).toMatch(/notes\.pdf.*\.tar\.gz, \.tgz, \.tar, \.zip/);
  expect(whyNoPackage({ name: "tools.zip", size: 0 })).toContain("tools.zip is empty");
  for (const name of ["tools-1.0.0.tar.gz", "TOOLS.ZIP", "tools.tgz"])
    expect(whyNoPackage({ name, size: 10 })).toBeUndefined();
});
