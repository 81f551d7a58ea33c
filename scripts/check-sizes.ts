import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseSync, Visitor } from "vite";

/**
 * Sizes of functions and files in lines, tests and one-expression arrows left out. House rule: half of all functions under 12 lines, nine in
 * ten under 40. Prints the figures and the longest ones; fails where the rule does not hold.
 */
interface Size {
  where: string;
  lines: number;
}

const root = dirname(import.meta.dirname);
const files = globSync("packages/*/src/**/*.{ts,tsx}", { cwd: root }).filter(
  (file) => !file.endsWith(".test.ts"),
);
const functions = files.flatMap(functionsOf).sort(byLines);
const fileSizes = files.map((file) => ({ where: file, lines: readLines(file).length })).sort(byLines);
report();

function report(): void {
  const [median, ninth] = [quantile(functions, 0.5), quantile(functions, 0.9)];
  const [fileMedian, fileNinth] = [quantile(fileSizes, 0.5), quantile(fileSizes, 0.9)];
  console.log(`${functions.length} functions: half ≤ ${median}, nine in ten ≤ ${ninth} lines`);
  console.log(`${fileSizes.length} files: half ≤ ${fileMedian}, nine in ten ≤ ${fileNinth} lines`);
  const longest = [...functions.slice(0, 5), ...fileSizes.slice(0, 3)];
  for (const { where, lines } of longest) console.log(`${String(lines).padStart(5)}  ${where}`);
  process.exitCode = median < 12 && ninth < 40 ? 0 : 1;
}

function functionsOf(file: string): Size[] {
  const text = readFileSync(join(root, file), "utf8");
  const { program } = parseSync(file, text, {
    lang: file.endsWith("x") ? "tsx" : "ts",
    sourceType: "module",
  });
  const sizes: Size[] = [];
  const measure = (node: { start: number; end: number; body: { type: string } | null }) => {
    if (node.body?.type !== "BlockStatement") return;
    const line = text.slice(0, node.start).split("\n").length;
    sizes.push({ where: `${file}:${line}`, lines: text.slice(node.start, node.end).split("\n").length });
  };
  new Visitor({
    FunctionDeclaration: measure,
    FunctionExpression: measure,
    ArrowFunctionExpression: measure,
  }).visit(program);
  return sizes;
}

function readLines(file: string): string[] {
  return readFileSync(join(root, file), "utf8").split("\n");
}

function byLines(a: Size, b: Size): number {
  return b.lines - a.lines;
}

/** Sizes come sorted from the longest. */
function quantile(sizes: readonly Size[], part: number): number {
  return sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * (1 - part)))]?.lines ?? 0;
}
