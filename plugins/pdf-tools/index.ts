import { definePlugin } from "@noxus/sdk";
import { extractPages } from "./extract-pages.ts";
import { mergePdfs } from "./merge-pdfs.ts";
import { pdfInfo } from "./pdf-info.ts";
import { settings } from "./settings.ts";
import { splitPdf } from "./split-pdf.ts";

export default definePlugin({
  name: "pdf-tools",
  displayName: "PDF tools",
  version: "1.0.0",
  description: "Reads what a PDF says of itself, merges, splits, and takes pages out",
  author: "Noxus",
  category: "document",
  config: settings,
  nodes: [pdfInfo, mergePdfs, splitPdf, extractPages],
});
