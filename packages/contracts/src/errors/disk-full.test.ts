import { expect, test } from "vitest";
import { diskFull } from "./disk-full.ts";
import { NoxusError } from "./noxus-error.ts";

test.each([
  Object.assign(new Error("write failed"), { code: "ENOSPC", path: "/data/x" }),
  new NoxusError("environment_failed", "uv failed: failed to copy: No space left on device (os error 28)"),
  new Error("upload failed", { cause: Object.assign(new Error("x"), { code: "EDQUOT" }) }),
  Object.assign(new Error("could not extend file"), { code: "53100" }),
])("%s is a full disk", (error) => {
  expect(diskFull(error)).toMatchObject({ code: "disk_full", cause: error });
});

test("it names the place where the system does, and leaves other errors alone", () => {
  const error = Object.assign(new Error("x"), { code: "ENOSPC", path: "/data/x" });
  expect(diskFull(error)?.message).toMatch(/^The disk is full \(\/data\/x\)\. Free some space/);
  for (const other of [
    new Error("x"),
    Object.assign(new Error("x"), { code: "EACCES" }),
    "ENOSPC",
    undefined,
  ])
    expect(diskFull(other)).toBeUndefined();
});
