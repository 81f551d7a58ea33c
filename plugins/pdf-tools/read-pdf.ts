import { EncryptedPDFError, PDFDocument } from "@cantoo/pdf-lib";
import { type File, UserError } from "@noxus/sdk";

/**
 * Reads a PDF into memory, where the library needs it whole; what is larger than allowed is left while it comes.
 *
 * @throws UserError for what is too large, no PDF, or protected by a password.
 */
export async function readPdf(file: File, { maxMegabytes }: { maxMegabytes: number }): Promise<PDFDocument> {
  const bytes = await readAtMost(file, maxMegabytes);
  try {
    // Reading must not change who made the document and when.
    return await PDFDocument.load(bytes, { updateMetadata: false });
  } catch (cause) {
    if (cause instanceof EncryptedPDFError)
      throw new UserError(`${file.name} is protected by a password. Remove the protection first.`, { cause });
    throw new UserError(`${file.name} cannot be read as a PDF. Give a file that a PDF viewer opens.`, {
      cause,
    });
  }
}

async function readAtMost(file: File, maxMegabytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of file.stream()) {
    size += chunk.byteLength;
    if (size > maxMegabytes * 1e6)
      throw new UserError(
        `${file.name} is larger than ${maxMegabytes} MB. Give a smaller one, or raise maxMegabytes of the plugin.`,
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
