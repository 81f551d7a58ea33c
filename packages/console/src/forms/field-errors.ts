import { ApiError } from "../api/client.ts";

/** Of a refused form: the message of each field, and what concerns none of them. */
export function fieldErrors(
  error: unknown,
  names: readonly string[],
): { fields: Record<string, string>; rest: string[] } {
  if (!(error instanceof ApiError))
    return { fields: {}, rest: error instanceof Error ? [error.message] : [] };
  const fields: Record<string, string> = {};
  const rest: string[] = [];
  for (const { path, message } of error.fields) {
    const name = path.replace(/^(body\.)?config\.?/, "").split(".")[0] ?? "";
    // The plugin's own words often begin with the field's name.
    const named = names.includes(name) ? name : names.find((each) => message.startsWith(`${each}:`));
    if (named) fields[named] = message;
    else rest.push(message);
  }
  return { fields, rest: error.fields.length === 0 ? [error.message] : rest };
}
