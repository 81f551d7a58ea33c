import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { createLogger } from "./logger.ts";

function capture() {
  const lines: string[] = [];
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  return { lines, logger: createLogger({ program: "test", level: "info", destination }) };
}

test.each([
  [{ token: "s3cret" }],
  [{ source: { password: "s3cret" } }],
  [{ a: { b: { api_key: "s3cret" } } }],
  [{ headers: { "x-api-key": "s3cret", authorization: "s3cret" } }],
  [{ ctx: { integration_credentials: { x: "s3cret" } } }],
])("secret fields never reach a line: %j", (fields) => {
  const { lines, logger } = capture();
  logger.info(fields, "constant sentence");
  expect(lines.join("")).toContain("constant sentence");
  expect(lines.join("")).not.toContain("s3cret");
});

test("children carry their fields", () => {
  const { lines, logger } = capture();
  logger.child({ pluginId: "p1" }).info("constant sentence");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({ program: "test", pluginId: "p1", level: "info" });
});
