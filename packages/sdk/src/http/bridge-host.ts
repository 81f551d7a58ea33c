import { stderrLog } from "../call/log.ts";
import type { FileContent, FileValue } from "../files/file.ts";
import type { CredentialUpdate, Host, Upload } from "../files/host.ts";
import { postStream, recordIn } from "../files/post-stream.ts";
import { assertOk } from "../files/streamed-files.ts";

/** Ms that one request for a file may take. */
const fileTimeoutMs = 60_000;
const noGroup = "00000000-0000-0000-0000-000000000000";

/** Files over HTTP, at the address that the host gave the process (`PLUGIN_SERVER_URL`, used as a plain prefix). */
export class BridgeHost implements Host {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async *read(file: FileValue, signal: AbortSignal): FileContent {
    const response = await fetch(`${this.#url}/files/${file.id}`, { signal: limited(signal) });
    await assertOk(response, `The file "${file.name}" could not be read`);
    if (response.body) yield* response.body as unknown as FileContent;
  }

  async upload({ content, ...file }: Upload, signal: AbortSignal): Promise<object> {
    const members = {
      filename: file.name,
      content_type: file.contentType,
      group_id: file.group ?? noGroup,
      source_type: file.sourceType,
      source_metadata: file.sourceMetadata,
    };
    const answer = await postStream(`${this.#url}/files/upload`, {
      headers: { "content-type": "application/json" },
      content: uploadBody(members, content),
      signal: limited(signal),
    });
    return recordIn(answer, file.name);
  }

  /** There is no way for it over HTTP. */
  async updateCredentials({ integration }: CredentialUpdate): Promise<void> {
    stderrLog.warning(
      `New credentials of "${integration}" are not kept: over HTTP the host does not take them.`,
    );
  }
}

function limited(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(fileTimeoutMs)]);
}

/** One JSON object whose content is encoded as it comes; base64 takes three bytes at a time. */
async function* uploadBody(members: object, content: FileContent): FileContent {
  yield Buffer.from(`${JSON.stringify(members).slice(0, -1)},"content_base64":"`);
  let rest: Uint8Array = new Uint8Array();
  for await (const chunk of content) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : Buffer.from(chunk);
    const whole = bytes.length - (bytes.length % 3);
    yield Buffer.from(bytes.toString("base64", 0, whole));
    rest = bytes.subarray(whole);
  }
  yield Buffer.from(`${Buffer.from(rest).toString("base64")}"}`);
}
