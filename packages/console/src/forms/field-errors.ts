import { ApiError } from "../api/client.ts";

/** Of a refused form: the message of each field, and what concerns none of them. `place` is what the request calls it. */
export function fieldErrors(
  error: unknown,
  names: readonly string[],
  place = "config",
): { fields: Record<string, string>; rest: string[] } {
  if (!(error instanceof ApiError))
    return { fields: {}, rest: error instanceof Error ? [error.message] : [] };
  const fields: Record<string, string> = {};
  const rest: string[] = [];
  for (const { path, message } of error.fields) {
    const [first, ...parts] = path.replace(/^body\./, "").split(".");
    const name = (first === place ? parts[0] : parts.length === 0 ? first : undefined) ?? "";
    // The plugin's own words often begin with the field's name.
    const named = names.includes(name) ? name : names.find((each) => message.startsWith(`${each}:`));
    if (named) fields[named] = message;
    else rest.push(message);
  }
  return { fields, rest: error.fields.length === 0 ? [error.message] : rest };
}
