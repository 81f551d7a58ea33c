import { File, type FileContent } from "./file.ts";
import type { Host } from "./host.ts";

/** A file to be written. */
export interface NewFile {
  name: string;
  content: string | Uint8Array | AsyncIterable<Uint8Array | string>;
  /** Default: text/plain for text, application/octet-stream for bytes. */
  contentType?: string;
  /** Where it came from, e.g. "Github"; default "Document". */
  sourceType?: string;
  sourceMetadata?: unknown;
}

export interface FilesOptions {
  host: Host;
  group: string | null;
  signal: () => AbortSignal;
}

/** The platform's files, as far as the call may touch them: those of its inputs, and those it writes itself. */
export class Files {
  readonly #options: FilesOptions;

  constructor(options: FilesOptions) {
    this.#options = options;
  }

  /** A file from its reference, e.g. one that was kept in a dict. */
  open(value: object): File {
    if (value instanceof File) return value;
    const { host, signal } = this.#options;
    return new File(value, (file) => host.read(file, signal()));
  }

  /** Writes a new file; streams are passed on as they come where the transport can. */
  async write({ name, content, ...options }: NewFile): Promise<File> {
    const { host, group, signal } = this.#options;
    const contentType =
      options.contentType ?? (typeof content === "string" ? "text/plain" : "application/octet-stream");
    const { sourceType = "Document", sourceMetadata = null } = options;
    const upload = { name, contentType, content: asContent(content), sourceType, sourceMetadata, group };
    const { id, uri } = await host.upload(upload, signal());
    return this.open({
      id: id ?? null,
      uri: uri ?? `spot://${id}`,
      name,
      content_type: contentType,
      source_type: sourceType,
      source_metadata: sourceMetadata,
    });
  }
}

async function* asContent(content: NewFile["content"]): FileContent {
  if (typeof content === "string" || content instanceof Uint8Array) yield toBytes(content);
  else for await (const chunk of content) yield toBytes(chunk);
}

function toBytes(chunk: string | Uint8Array): Uint8Array {
  return typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}
