const word = Buffer.from("PLUGIN_PORT:");
/** Longest piece of output that is kept between chunks: the word, colour codes and five digits. */
const carriedBytes = 64;

/**
 * Finds the line `PLUGIN_PORT:<n>` in raw output, wherever chunks break, whatever stands before it, on its line too,
 * with colours or not. The digits count as whole when something follows them.
 */
export function createPortFinder(): (chunk: Buffer) => number | undefined {
  let carry = Buffer.alloc(0);
  return (chunk) => {
    const text = carry.length > 0 ? Buffer.concat([carry, chunk]) : chunk;
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
      const port = portAfter(text.toString("latin1", at, at + carriedBytes));
      if (port !== undefined) return port;
    }
    carry = Buffer.from(text.subarray(-carriedBytes));
    return undefined;
  };
}

function portAfter(text: string): number | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what starts a colour code
  const plain = text.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, "").replaceAll("\r", "");
  const port = Number(/^PLUGIN_PORT:\s*(\d{1,5})\D/.exec(plain)?.[1]);
  return port > 0 && port < 65536 ? port : undefined;
}
