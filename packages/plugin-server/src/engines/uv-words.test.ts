import { expect, test } from "vitest";
import { wordsOf } from "./uv-words.ts";

test("uv's error is one paragraph, without remarks and passwords", () => {
  const stderr = `Using Python 3.11.2 environment at: somewhere
warning: The package \`typer\` does not have an extra named \`all\`
error: Request failed after 3 retries
  cause: Failed to fetch: https://me:secret@index.example/simple/idna/
`;
  expect(wordsOf({ stderr }, 200)).toBe(
    "Request failed after 3 retries cause: Failed to fetch: https://index.example/simple/idna/",
  );
  expect(wordsOf({ stderr }, 10)).toBe("…mple/idna/");
});
