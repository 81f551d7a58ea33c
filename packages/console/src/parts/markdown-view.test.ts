import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import MarkdownView from "./markdown-view.tsx";

const shown = (text: string) => renderToStaticMarkup(createElement(MarkdownView, { text }));

test("what looks like HTML is shown as text, and never becomes part of the page", () => {
  const html = shown("A <b>bold</b> <img src=x onerror=alert(1)>\n\n<script>alert(1)</script>");
  expect(html).toContain("&lt;b&gt;bold&lt;/b&gt;");
  expect(html).toContain("&lt;script&gt;");
  expect(html).not.toMatch(/<(b|img|script)\b/);
});

test("links open beside the console and know nothing of it; others lead nowhere, and pictures are links", () => {
  const html = shown(
    "[a](https://a.example/) [b](javascript:alert(1)) [c](docs/c.md) ![d](https://d.example/d.png)",
  );
  expect(html).toContain(
    '<a href="https://a.example/" target="_blank" rel="noopener noreferrer nofollow">a</a>',
  );
  expect(html).toContain("<span>b</span> <span>c</span>");
  expect(html).toContain('<a href="https://d.example/d.png" target="_blank"');
  expect(html).not.toMatch(/javascript:|<img/);
});

test("headings are none of the page's, and a wide table scrolls by itself", () => {
  const html = shown("# Title\n\n| a | b |\n|---|---|\n| 1 | 2 |");
  expect(html).toContain('<p class="markdown-head">Title</p>');
  expect(html).toMatch(/<section class="scroll-x"[^>]*><table>/);
});
