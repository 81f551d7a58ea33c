import assert from "node:assert/strict";
import { test } from "node:test";
import { PDFDocument } from "@cantoo/pdf-lib";
import { runNode, testFile } from "@noxus/sdk/testing";
import { extractPages } from "./extract-pages.ts";
import { mergePdfs } from "./merge-pdfs.ts";
import { pdfInfo } from "./pdf-info.ts";
import { splitPdf } from "./split-pdf.ts";

/** Pages are told apart by their width: the first is 101 points wide, the next 102. */
async function pdfFile(name: string, { pages, widthBefore = 100 }: { pages: number; widthBefore?: number }) {
  const document = await PDFDocument.create();
  document.setTitle("Engines");
  document.setAuthor("Ada");
  for (let page = 1; page <= pages; page++) document.addPage([widthBefore + page, 200]);
  return testFile(name, await document.save(), "application/pdf");
}

async function widthsOf(file: { bytes(): Promise<Uint8Array> } | undefined): Promise<number[]> {
  assert.ok(file);
  return (await PDFDocument.load(await file.bytes())).getPages().map((page) => page.getWidth());
}

test("a PDF's pages, title and author are told", async () => {
  const { outputs } = await runNode(pdfInfo, { inputs: { document: await pdfFile("a.pdf", { pages: 3 }) } });
  assert.deepEqual(
    { ...outputs, info: outputs.info.subject },
    { pages: 3, title: "Engines", author: "Ada", info: null },
  );
});

test("several become one, in their order, and it is told how far it is", async () => {
  const documents = [
    await pdfFile("a.pdf", { pages: 2 }),
    await pdfFile("b.pdf", { pages: 1, widthBefore: 300 }),
  ];
  const { outputs, files, progress } = await runNode(mergePdfs, { inputs: { documents } });
  assert.equal(outputs.pages, 3);
  assert.equal(outputs.document.content_type, "application/pdf");
  assert.deepEqual(await widthsOf(files[0]), [101, 102, 301]);
  assert.deepEqual(progress, [
    { fraction: 0, message: "a.pdf" },
    { fraction: 0.5, message: "b.pdf" },
  ]);
});

test("pages are taken out, and keep title and author", async () => {
  const document = await pdfFile("Report.PDF", { pages: 5 });
  const { files } = await runNode(extractPages, { inputs: { document }, config: { pages: "4-, 1" } });
  assert.equal(files[0]?.name, "Report-pages.pdf");
  assert.deepEqual(await widthsOf(files[0]), [104, 105, 101]);
  const extract = await PDFDocument.load((await files[0]?.bytes()) ?? "");
  assert.deepEqual([extract.getTitle(), extract.getAuthor()], ["Engines", "Ada"]);
});

test("a PDF is split into parts of so many pages", async () => {
  const document = await pdfFile("a.pdf", { pages: 5 });
  const { outputs, files } = await runNode(splitPdf, { inputs: { document }, config: { pagesPerFile: 2 } });
  assert.deepEqual(
    outputs.documents.map(({ name }) => name),
    ["a-1.pdf", "a-2.pdf", "a-3.pdf"],
  );
  assert.deepEqual(await Promise.all(files.map(widthsOf)), [[101, 102], [103, 104], [105]]);
});

test("what is no PDF, too large, or protected is told as such", async () => {
  const info = (document: ReturnType<typeof testFile>, pluginConfig = {}) =>
    runNode(pdfInfo, { inputs: { document }, pluginConfig });
  await assert.rejects(info(testFile("notes.txt", "no PDF")), /notes\.txt cannot be read as a PDF/);
  await assert.rejects(
    info(testFile("a.pdf", new Uint8Array(1_000_001)), { maxMegabytes: 1 }),
    /larger than 1 MB/,
  );
  const locked = await PDFDocument.create();
  locked.addPage();
  locked.encrypt({ userPassword: "u", ownerPassword: "o" });
  await assert.rejects(info(testFile("locked.pdf", await locked.save())), /protected by a password/);
});

test("nothing to merge, parts without pages, and a call that was given up end as such", async () => {
  await assert.rejects(runNode(mergePdfs, { inputs: { documents: [] } }), /nothing to merge/);
  const document = await pdfFile("a.pdf", { pages: 1 });
  await assert.rejects(
    runNode(splitPdf, { inputs: { document }, config: { pagesPerFile: 0 } }),
    /at least 1 page/,
  );
  await assert.rejects(runNode(splitPdf, { inputs: { document }, signal: AbortSignal.abort() }), {
    name: "AbortError",
  });
});
