/** A file as it travels: a reference, never the bytes. Members beyond these are kept. */
export interface FileValue {
  id?: string | null;
  /** `spot://<id>` */
  uri: string;
  name: string;
  content_type?: string;
  source_type?: string;
  source_metadata?: unknown;
}

/** Bytes as they come. */
export type FileContent = AsyncIterable<Uint8Array>;

/**
 * A file of the platform. Its content is fetched when it is asked for, each time anew; what fetches it belongs to the
 * call that the file came with, so read it before `call()` ends. Returned as an output it travels as a reference.
 */
export class File {
  readonly id: string | null;
  readonly uri: string;
  readonly name: string;
  readonly contentType: string;
  readonly sourceType: string;
  readonly sourceMetadata: unknown;
  readonly #value: object;
  readonly #read: () => FileContent;

  constructor(value: object, read: (file: FileValue) => FileContent) {
    const wire = completed(value as Partial<FileValue>);
    this.id = wire.id;
    this.uri = wire.uri;
    this.name = wire.name;
    this.contentType = wire.content_type;
    this.sourceType = wire.source_type;
    this.sourceMetadata = wire.source_metadata;
    this.#value = { ...value, ...wire };
    this.#read = () => read(this.toJSON());
  }

  /** The content as it comes, for what is too large for memory. */
  stream(): ReadableStream<Uint8Array> {
    return ReadableStream.from(this.#read());
  }

  async bytes(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#read()) chunks.push(chunk);
    return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  }

  /** The content as UTF-8. */
  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  /** The content as JSON; the caller knows its type. */
  async json<T = unknown>(): Promise<T> {
    return JSON.parse(await this.text()) as T;
  }

  /** The reference, as it stands on the wire. */
  toJSON(): FileValue {
    return { ...this.#value } as FileValue;
  }
}

type WireFile = Required<Omit<FileValue, "id">> & { id: string | null };

/** What a reference leaves out, as the published SDK completes it. */
function completed({ uri = "", id, name, content_type, ...others }: Partial<FileValue>): WireFile {
  return {
    id: id ?? (uri.startsWith("spot://") ? (uri.split("/").at(-1) ?? null) : null),
    uri,
    name: name || uri.split(/[?#]/)[0]?.split("/").at(-1) || "unnamed",
    content_type: content_type || "application/octet-stream",
    source_type: others.source_type ?? "Document",
    source_metadata: others.source_metadata ?? null,
  };
}
