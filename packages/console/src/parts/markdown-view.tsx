import type { ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

/** Makes React elements of Markdown, never HTML of what is written in it: tags are shown as text. */
export default function MarkdownView({ text }: { text: string }) {
  return (
    <ReactMarkdown remarkPlugins={plugins} components={components}>
      {text}
    </ReactMarkdown>
  );
}

const plugins = [remarkGfm];

/** Not a heading: the page has its own order of these, and the text is but a part of one. */
const Head = ({ children }: { children?: ReactNode }) => <p className="markdown-head">{children}</p>;

const components: Components = {
  h1: Head,
  h2: Head,
  h3: Head,
  h4: Head,
  h5: Head,
  h6: Head,
  a: ({ href, children }) => <Away to={href}>{children}</Away>,
  // The page loads nothing from elsewhere: a picture is a link to it.
  img: ({ src, alt }) => <Away to={typeof src === "string" ? src : undefined}>{alt || src}</Away>,
  input: ({ checked }) => <span aria-hidden>{checked ? "☑" : "☐"}</span>,
  table: ({ children }) => (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className="scroll-x" tabIndex={0} aria-label="Table">
      <table>{children}</table>
    </section>
  ),
};

/** Opens beside the console, which tells that place nothing of itself. What leads into the author's files leads nowhere here. */
function Away({ to, children }: { to: string | undefined; children?: ReactNode }) {
  if (!to || !/^(https?|mailto):/i.test(to)) return <span>{children}</span>;
  return (
    <a href={to} target="_blank" rel="noopener noreferrer nofollow">
      {children}
    </a>
  );
}
