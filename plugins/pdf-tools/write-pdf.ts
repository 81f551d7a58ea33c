import { PDFDocument } from "@cantoo/pdf-lib";
import type { File, NewFile } from "@noxus/sdk";

/** As much of a call's context as writing needs. */
interface Writer {
  files: { write(file: NewFile): Promise<File> };
}

/** Writes a document as a file of the platform. */
export async function writePdf({ files }: Writer, name: string, document: PDFDocument): Promise<File> {
  return files.write({ name, content: await document.save(), contentType: "application/pdf" });
}

/** A new document of some pages of another, which keeps its title and author. */
export async function pagesOf(source: PDFDocument, indexes: readonly number[]): Promise<PDFDocument> {
  const document = await PDFDocument.create();
  document.setTitle(source.getTitle() ?? "");
  document.setAuthor(source.getAuthor() ?? "");
  await addPages(document, source, indexes);
  return document;
}

/** Adds pages of one document at the end of another. */
export async function addPages(
  target: PDFDocument,
  source: PDFDocument,
  indexes: readonly number[],
): Promise<void> {
  for (const page of await target.copyPages(source, [...indexes])) target.addPage(page);
}

/** `report.pdf` and `pages` make `report-pages.pdf`. */
export function nameAfter({ name }: Pick<File, "name">, suffix: string): string {
  return `${name.replace(/\.pdf$/i, "")}-${suffix}.pdf`;
}
