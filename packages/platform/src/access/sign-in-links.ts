import { createHash, randomBytes } from "node:crypto";
import { type Queries, signInLinks } from "@noxus/database";
import { and, eq, gt, lte, sql } from "@noxus/database/sql";

/** Long enough to start a browser, short enough that a terminal's history is worth nothing. */
const linkMs = 15 * 60_000;

/** Makes a code that signs a browser in once; old ones are removed with it. */
export async function createSignInCode(
  db: Queries,
  keyId: string,
): Promise<{ code: string; expiresAt: Date }> {
  const code = randomBytes(24).toString("base64url");
  const expiresAt = new Date(Date.now() + linkMs);
  await db.delete(signInLinks).where(lte(signInLinks.expiresAt, sql`now()`));
  await db.insert(signInLinks).values({ hash: hashOf(code), keyId, expiresAt });
  return { code, expiresAt };
}

/** The key that a code was made for; the code is worth nothing from then on. Undefined where it is worth nothing now. */
export async function redeemSignInCode(db: Queries, code: string): Promise<string | undefined> {
  const [row] = await db
    .delete(signInLinks)
    .where(and(eq(signInLinks.hash, hashOf(code)), gt(signInLinks.expiresAt, sql`now()`)))
    .returning();
  return row?.keyId;
}

function hashOf(code: string): string {
  return createHash("sha256").update(code).digest("hex");
}
