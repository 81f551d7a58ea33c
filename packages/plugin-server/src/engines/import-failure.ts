import { NoxusError } from "@noxus/contracts";

/** The last line of a Python traceback about an import, whatever colours or prefix a logger gave it. */
const importLine = /\b(ModuleNotFoundError|ImportError): (.+)/g;

/** What no other try changes. Other failures may pass: a shared library that is missing yet, a program that was killed. */
const lasting = /^(No module named|cannot import name|attempted relative import)/;
/** Of an import that may go well another time. */
const passingStatus = 503;

/**
 * A process that ended at its start because something could not be imported says so in its last words, which is an error
 * of its own, with a status of 500 or more where it may pass; anything else is given back as it is.
 */
export function asImportFailure(error: NoxusError): NoxusError {
  const { stderrTail } = error.data ?? {};
  if (typeof stderrTail !== "string") return error;
  const [, kind, words] = [...stderrTail.matchAll(importLine)].at(-1) ?? [];
  if (!kind || !words) return error;
  const module = /No module named '([^']+)'/.exec(words)?.[1];
  const advice = module
    ? `Add what brings "${module}" to the dependencies in pyproject.toml.`
    : "See the plugin's log for the whole traceback.";
  return new NoxusError("plugin_import_error", `The plugin cannot be imported: ${words.trim()}. ${advice}`, {
    ...(!lasting.test(words) && { status: passingStatus }),
    data: { ...error.data, ...(module && { module }) },
    cause: error,
  });
}
