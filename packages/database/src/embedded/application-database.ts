import pg from "pg";

/** The role and the database that the programs use; the role is no superuser, so SQL cannot reach files or programs. */
const name = "noxus";

/** The connection URL for the server whose socket lies in that folder. */
export function embeddedUrl(socketFolder: string, user = name, database = name): string {
  return `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(socketFolder)}`;
}

/** Connects once, which proves that the server answers, and makes role and database where they are missing. */
export async function ensureApplicationDatabase(socketFolder: string): Promise<void> {
  if (await canConnect(embeddedUrl(socketFolder))) return;
  const client = new pg.Client({ connectionString: embeddedUrl(socketFolder, "postgres", "postgres") });
  client.on("error", () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query("select from pg_roles where rolname = $1", [name]);
    if (rowCount === 0) await client.query(`create role ${name} login`);
    await client.query(`create database ${name} owner ${name}`);
  } finally {
    await client.end();
  }
}

/** Role missing: 28000. Database missing: 3D000. */
async function canConnect(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => {});
  try {
    await client.connect();
    return true;
  } catch (error) {
    if (["28000", "3D000"].includes((error as { code?: string }).code ?? "")) return false;
    throw error;
  } finally {
    await client.end().catch(() => {});
  }
}
