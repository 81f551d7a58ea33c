import { data, defineNode, type File, field, UserError } from "@noxus/sdk";
import { readPdf } from "./read-pdf.ts";
import { settings } from "./settings.ts";
import { nameAfter, pagesOf, writePdf } from "./write-pdf.ts";

export const splitPdf = defineNode({
  name: "SplitPdfNode",
  title: "Split PDF",
  description: "Makes several PDFs of one; what follows in the workflow runs once for each",
  category: "data",
  color: "#F2C6C0",
  inputs: { document: data.file({ label: "PDF" }) },
  outputs: { documents: data.file({ label: "PDFs", list: true }) },
  config: { pagesPerFile: field.number({ label: "Pages in each", type: "int", default: 1 }) },
  pluginConfig: settings,
  async call(ctx, { inputs, config: { pagesPerFile } }) {
    if (pagesPerFile < 1) throw new UserError(`Each file needs at least 1 page, and got ${pagesPerFile}.`);
    const source = await readPdf(inputs.document, ctx.pluginConfig);
    const indexes = source.getPageIndices();
    const documents: File[] = [];
    // Each part is written before the next is made: a document of many pages is never there twice.
    for (let start = 0; start < indexes.length; start += pagesPerFile) {
      ctx.signal.throwIfAborted();
      ctx.progress(start / indexes.length);
      const part = await pagesOf(source, indexes.slice(start, start + pagesPerFile));
      documents.push(await writePdf(ctx, nameAfter(inputs.document, String(documents.length + 1)), part));
    }
    return { documents };
  },
});
