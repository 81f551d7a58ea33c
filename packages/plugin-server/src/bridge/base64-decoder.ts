/** Decodes base64 that comes in pieces of any length. Line breaks and JSON's `\/` are skipped; other characters are refused. */
export function createBase64Decoder(): { decode(part: Buffer): Buffer; end(): Buffer } {
  let carry = "";
  return {
    decode(part) {
      const text = carry + clean(part.toString("latin1"));
      const whole = text.length - (text.length % 4);
      carry = text.slice(whole);
      return Buffer.from(text.slice(0, whole), "base64");
    },
    end() {
      if (carry.length === 1) throw new Error("the base64 text is cut short");
      return Buffer.from(carry, "base64");
    },
  };
}

function clean(text: string): string {
  if (/^[A-Za-z0-9+/_=-]*$/.test(text)) return text;
  const cleaned = text.replaceAll(/\\[nr/]|[\r\n]/g, (found) => (found === "\\/" ? "/" : ""));
  if (/^[A-Za-z0-9+/_=-]*$/.test(cleaned)) return cleaned;
  throw new Error("the content is no base64");
}
