import { marketplaceTexts } from "../texts/marketplace.ts";

/** What a package's file may end with. */
export const packageEndings = [".tar.gz", ".tgz", ".tar", ".zip"];

/** Why a file can be no package, before anything of it is sent; undefined where it may be one. */
export function whyNoPackage({ name, size }: Pick<File, "name" | "size">): string | undefined {
  const { noPackage, emptyPackage } = marketplaceTexts.upload;
  if (!packageEndings.some((ending) => name.toLowerCase().endsWith(ending)))
    return noPackage(name, packageEndings.join(", "));
  return size === 0 ? emptyPackage(name) : undefined;
}
