import { PDFDocument } from "@cantoo/pdf-lib";
import { data, defineNode, field, UserError } from "@noxus/sdk";
import { readPdf } from "./read-pdf.ts";
import { settings } from "./settings.ts";
import { addPages, writePdf } from "./write-pdf.ts";

export const mergePdfs = defineNode({
  name: "MergePdfsNode",
  title: "Merge PDFs",
  description: "Makes one PDF of several, in their order",
  category: "data",
  color: "#F2C6C0",
  inputs: { documents: data.file({ label: "PDFs", list: true }) },
  outputs: { document: data.file({ label: "PDF" }), pages: data.number({ label: "Pages" }) },
  config: { name: field.text({ label: "Name of the file", default: "merged.pdf" }) },
  pluginConfig: settings,
  async call(ctx, { inputs: { documents }, config }) {
    if (documents.length === 0) throw new UserError("There is nothing to merge: give at least one PDF.");
    const merged = await PDFDocument.create();
    // One after the other: only one of them is in memory beside the result.
    for (const [index, file] of documents.entries()) {
      ctx.signal.throwIfAborted();
      ctx.progress(index / documents.length, file.name);
      const source = await readPdf(file, ctx.pluginConfig);
      await addPages(merged, source, source.getPageIndices());
    }
    return { document: await writePdf(ctx, config.name, merged), pages: merged.getPageCount() };
  },
});
