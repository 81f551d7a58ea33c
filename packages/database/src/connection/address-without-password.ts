/** A connection URL as it may be shown: without its password, wherever that stands. What is no URL is not shown at all. */
export function addressWithoutPassword(url: string): string {
  if (!URL.canParse(url)) return "the configured address (which is no URL)";
  const address = new URL(url);
  address.password = "";
  for (const name of [...address.searchParams.keys()])
    if (/pass|secret|token/i.test(name)) address.searchParams.delete(name);
  return address.href;
}
