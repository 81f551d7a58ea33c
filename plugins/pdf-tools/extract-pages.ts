import { data, defineNode, field } from "@noxus/sdk";
import { pageIndexes } from "./page-ranges.ts";
import { readPdf } from "./read-pdf.ts";
import { settings } from "./settings.ts";
import { nameAfter, pagesOf, writePdf } from "./write-pdf.ts";

export const extractPages = defineNode({
  name: "ExtractPdfPagesNode",
  title: "Extract PDF pages",
  description: "Makes a PDF of some pages of another",
  category: "data",
  color: "#F2C6C0",
  inputs: { document: data.file({ label: "PDF" }) },
  outputs: { document: data.file({ label: "PDF" }), pages: data.number({ label: "Pages" }) },
  config: {
    pages: field.text({
      label: "Pages",
      description: "In the order in which they are named; 9- is from 9 to the end, 3-1 goes backwards.",
      placeholder: "1-3, 7, 9-",
    }),
  },
  pluginConfig: settings,
  async call(ctx, { inputs, config }) {
    const source = await readPdf(inputs.document, ctx.pluginConfig);
    const indexes = pageIndexes(config.pages, source.getPageCount());
    const extract = await pagesOf(source, indexes);
    const document = await writePdf(ctx, nameAfter(inputs.document, "pages"), extract);
    return { document, pages: indexes.length };
  },
});
