import { isAbsolute, relative } from "node:path";
import { NoxusError } from "@noxus/contracts";
import type { Release } from "../releases/release.ts";

/** What a process said last, read as one of the reasons for which a plugin can never start as it is. */
type Reading = (words: string, folder: string) => { error: NoxusError } | undefined;

/**
 * A process that ended at its start for something in its files says so in its last words, in Node's form or the SDK's. Trying
 * again changes nothing, so these are errors of their own; anything else is given back as it is.
 */
export function asStartFailure(error: NoxusError, { folder }: Release): NoxusError {
  const { stderrTail } = error.data ?? {};
  if (typeof stderrTail !== "string") return error;
  for (const read of [asNoPlugin, asMissingModule, asMissingExport, asSyntaxError]) {
    const found = read(stderrTail, folder)?.error;
    if (found)
      return new NoxusError(found.code, found.message, {
        data: { ...error.data, ...found.data },
        cause: error,
      });
  }
  return error;
}

/** The SDK's own words about the main file and what it exports. */
const asNoPlugin: Reading = (words) => {
  const [, code, message] = /\b(plugin_class_missing|plugin_class_ambiguous): (.+)/.exec(words) ?? [];
  if (message === undefined) return undefined;
  const known = code === "plugin_class_ambiguous" ? code : "plugin_class_missing";
  return { error: new NoxusError(known, message) };
};

const asMissingModule: Reading = (words, folder) => {
  const esm = /Cannot find (?:package|module) '([^']+)' imported from '?([^'\n]+)/.exec(words);
  const [, name = "", from = ""] =
    esm ?? /Cannot find module '([^']+)'\n(?:Require stack:\n- (.+))?/.exec(words) ?? [];
  if (!name) return undefined;
  const isFile = isAbsolute(name) || name.startsWith(".");
  const advice = isFile
    ? "Check the name, with its extension (.ts)."
    : `Add "${packageOf(name)}" to the dependencies in package.json.`;
  const file = shown(from, folder);
  const what = isFile ? shown(name, folder) : name;
  const message = `${file || "The plugin"} imports ${what}, which is not there. ${advice}`;
  return { error: new NoxusError("plugin_import_error", message, { data: { module: what, file } }) };
};

function packageOf(name: string): string {
  return name.split("/", name.startsWith("@") ? 2 : 1).join("/");
}

const asMissingExport: Reading = (words, folder) => {
  const [, module, name] =
    /The requested module '([^']+)' does not provide an export named '([^']+)'/.exec(words) ?? [];
  if (module === undefined) return undefined;
  const place = placeIn(words, folder);
  const message = `${place?.text ?? "The plugin"} imports ${name} from ${module}, which exports no such name.`;
  return { error: new NoxusError("plugin_import_error", message, { data: { module, ...place?.data } }) };
};

const asSyntaxError: Reading = (words, folder) => {
  const [, code, message] = /^SyntaxError(?: \[(\w+)\])?: (.+)/m.exec(words) ?? [];
  const place = placeIn(words, folder);
  if (message === undefined || !place) return undefined;
  const advice =
    code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX"
      ? ". Node runs TypeScript by leaving out its types, so write it without (erasableSyntaxOnly in tsconfig.json), or build the plugin"
      : "";
  const text = `${place.text}: ${message}${advice}.`;
  return { error: new NoxusError("plugin_syntax_error", text, { data: place.data }) };
};

/** Node prints the place before the error: the file's address and line, the line, and a mark under what is wrong. */
function placeIn(words: string, folder: string): { text: string; data: Record<string, unknown> } | undefined {
  const [, address, line, , mark] = /(?:^|\| )(?:file:\/\/)?(\/.+):(\d+)\n(.*)\n( *)\^?/m.exec(words) ?? [];
  if (address === undefined || line === undefined) return undefined;
  const file = shown(address, folder);
  const column = (mark?.length ?? 0) + 1;
  return { text: `${file}:${line}`, data: { file, line: Number(line), column } };
}

/** A path inside the plugin as its author knows it. */
function shown(path: string, folder: string): string {
  const plain = decodeURI(path.trim().replace(/^file:\/\//, ""));
  const inside = relative(folder, plain);
  return isAbsolute(plain) && !inside.startsWith("..") ? inside : plain;
}
