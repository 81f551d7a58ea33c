import { z } from "zod";
import { NoxusError } from "../errors/noxus-error.ts";

/**
 * Environment variables of a program: one Zod object, each variable with a `.describe()` sentence, from which
 * `docs/configuration.md` is generated. Parsed once in `main.ts`, all problems reported together.
 *
 * @throws NoxusError `configuration_invalid`, one field problem a variable.
 */
export function parseEnvironment<T extends z.ZodObject>(
  schema: T,
  values: Record<string, string | undefined>,
): z.infer<T> {
  const known = Object.fromEntries(
    Object.keys(schema.shape)
      .filter((name) => values[name] !== undefined && values[name] !== "")
      .map((name) => [name, values[name]]),
  );
  const parsed = schema.safeParse(known);
  if (parsed.success) return parsed.data as z.infer<T>;
  const fields = parsed.error.issues.map((issue) => ({ path: issue.path.join("."), message: issue.message }));
  const list = fields.map(({ path, message }) => `  ${path}: ${message}`).join("\n");
  throw new NoxusError("configuration_invalid", `These environment variables need another value:\n${list}`, {
    fields,
  });
}

/** `true`, `1`, `yes`, `on` or their opposites. */
export const envFlag = (byDefault: boolean) =>
  z
    .enum(["true", "false", "1", "0", "yes", "no", "on", "off"])
    .default(byDefault ? "true" : "false")
    .transform((word) => ["true", "1", "yes", "on"].includes(word));

/** A whole number within bounds. */
export const envInteger = (byDefault: number, min = 0, max = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number().int().min(min).max(max).default(byDefault);

/** Comma-separated words. */
export const envList = z
  .string()
  .default("")
  .transform((text) =>
    text
      .split(",")
      .map((word) => word.trim())
      .filter(Boolean),
  );
