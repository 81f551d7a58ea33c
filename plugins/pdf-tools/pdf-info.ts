import type { PDFDocument } from "@cantoo/pdf-lib";
import { data, defineNode } from "@noxus/sdk";
import { readPdf } from "./read-pdf.ts";
import { settings } from "./settings.ts";

export const pdfInfo = defineNode({
  name: "PdfInfoNode",
  title: "PDF info",
  description: "Tells how many pages a PDF has, and what it says of itself",
  category: "data",
  color: "#F2C6C0",
  inputs: { document: data.file({ label: "PDF" }) },
  outputs: {
    pages: data.number({ label: "Pages" }),
    title: data.text({ label: "Title" }),
    author: data.text({ label: "Author" }),
    info: data.dict({ label: "All of it" }),
  },
  pluginConfig: settings,
  async call(ctx, { inputs }) {
    const document = await readPdf(inputs.document, ctx.pluginConfig);
    const info = infoOf(document);
    return { pages: document.getPageCount(), title: info.title ?? "", author: info.author ?? "", info };
  },
});

/** Dates as ISO text; what the document does not say is null. */
function infoOf(document: PDFDocument) {
  return {
    title: document.getTitle() ?? null,
    author: document.getAuthor() ?? null,
    subject: document.getSubject() ?? null,
    keywords: document.getKeywords() ?? null,
    creator: document.getCreator() ?? null,
    producer: document.getProducer() ?? null,
    created: document.getCreationDate()?.toISOString() ?? null,
    modified: document.getModificationDate()?.toISOString() ?? null,
  };
}
