import { randomUUID } from "node:crypto";
import { File, type FileContent, type FileValue } from "../files/file.ts";
import type { CredentialUpdate, Host, Upload } from "../files/host.ts";

/** A host that keeps everything in memory, where a test can look at it. */
export class MemoryHost implements Host {
  /** Content by file id. */
  readonly contents = new Map<string, Buffer>();
  readonly written: File[] = [];
  readonly credentialUpdates: CredentialUpdate[] = [];
  readonly reports: { fraction?: number; message?: string }[] = [];

  async *read(file: FileValue, signal: AbortSignal): FileContent {
    signal.throwIfAborted();
    const content = this.contents.get(file.id ?? "") ?? contentOf(file);
    if (!content)
      throw new Error(`The test has no content for the file "${file.name}": make it with testFile().`);
    yield content;
  }

  async upload({ content, ...file }: Upload, signal: AbortSignal): Promise<{ id: string; uri: string }> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of content) chunks.push(chunk);
    signal.throwIfAborted();
    const id = randomUUID();
    this.contents.set(id, Buffer.concat(chunks));
    const value = { id, uri: `spot://${id}`, name: file.name, content_type: file.contentType };
    this.written.push(new File(value, (one) => this.read(one, new AbortController().signal)));
    return value;
  }

  async updateCredentials(update: CredentialUpdate): Promise<void> {
    this.credentialUpdates.push(update);
  }

  progress(report: { fraction?: number; message?: string }): void {
    this.reports.push(report);
  }
}

const contentMember = "~test_content";

/** A file for a test, with its content. */
export function testFile(name: string, content: string | Uint8Array, contentType = "text/plain"): File {
  const bytes = Buffer.from(content as string);
  const id = randomUUID();
  // The content travels inside the reference: the input passes through JSON, as every input does.
  const value = {
    id,
    uri: `spot://${id}`,
    name,
    content_type: contentType,
    [contentMember]: bytes.toString("base64"),
  };
  return new File(value, async function* () {
    yield bytes;
  });
}

function contentOf(file: object): Buffer | undefined {
  const content = (file as Record<string, unknown>)[contentMember];
  return typeof content === "string" ? Buffer.from(content, "base64") : undefined;
}
