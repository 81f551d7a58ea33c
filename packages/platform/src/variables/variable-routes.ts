import { variables } from "@noxus/database";
import { asc, eq } from "@noxus/database/sql";
import type { HttpServer, Keyring } from "@noxus/service";
import { z } from "zod";
import type { PlatformDependencies } from "../http/dependencies.ts";
import {
  changeVariable,
  createVariable,
  findVariable,
  openValue,
  type VariableRow,
} from "./variable-store.ts";
import { valueTypes } from "./variable-value.ts";

const tags = ["variables"];
const params = z.object({ id: z.string().describe("The variable's id.") });
const variableSchema = z.object({
  id: z.string(),
  group_id: z.string(),
  name: z.string(),
  kind: z.enum(["variable", "secret"]),
  value_type: z.string(),
  source: z.literal("inline"),
  inline_value: z.string().nullable().describe("Never that of a secret."),
  has_value: z.boolean(),
  created_at: z.string(),
  updated_at: z.string(),
});
const source = z
  .literal(
    "inline",
    "Values lie in the platform: `inline`. Vaults and the server's environment are not read.",
  )
  .describe("Where the value lies: in the platform itself.");
const fields = {
  name: z.string().min(1).max(200),
  kind: z.enum(["variable", "secret"]),
  value_type: z.enum(valueTypes),
  inline_value: z.string().nullish().describe("The value as text."),
};
const newVariable = z.looseObject({
  ...fields,
  kind: fields.kind.default("variable"),
  value_type: fields.value_type.default("string"),
  source: source.default("inline"),
});
const changedVariable = z.looseObject({ ...fields, source }).partial();

type Deps = Pick<PlatformDependencies, "database" | "keyring">;

/** Variables and secrets that a workspace keeps; all sealed in the database, secrets never sent back. */
export function registerVariableRoutes(server: HttpServer, deps: Deps): void {
  addList(server, deps);
  addCreation(server, deps);
  addChanges(server, deps);
}

function addList(server: HttpServer, { database: { db }, keyring }: Deps): void {
  server.get(
    "/v1/variables",
    {
      schema: {
        tags,
        summary: "The workspace's variables, by name; secrets without their values",
        response: { 200: z.object({ variables: z.array(variableSchema) }) },
      },
    },
    async ({ access: { workspaceId } }) => {
      const own = eq(variables.workspaceId, workspaceId);
      const rows = await db.select().from(variables).where(own).orderBy(asc(variables.name));
      return { variables: rows.map((row) => toVariable(row, keyring)) };
    },
  );
}

function addCreation(server: HttpServer, { database: { db }, keyring }: Deps): void {
  server.post(
    "/v1/variables",
    {
      schema: {
        tags,
        summary: "Make a variable or a secret",
        body: newVariable,
        response: { 200: variableSchema },
      },
    },
    async ({ body: { name, kind, value_type, inline_value }, access: { workspaceId } }) => {
      const variable = { workspaceId, name, kind, valueType: value_type, value: inline_value };
      return toVariable(await createVariable(db, keyring, variable), keyring);
    },
  );
}

function addChanges(server: HttpServer, { database: { db }, keyring }: Deps): void {
  server.patch(
    "/v1/variables/:id",
    {
      schema: {
        tags,
        summary: "Change a variable; what is not sent stays",
        params,
        body: changedVariable,
        response: { 200: variableSchema },
      },
    },
    async ({ params: { id }, body: { name, kind, value_type, inline_value }, access: { workspaceId } }) => {
      const row = await changeVariable(db, keyring, {
        id,
        workspaceId,
        ...(name !== undefined && { name }),
        ...(kind !== undefined && { kind }),
        ...(value_type !== undefined && { valueType: value_type }),
        ...(inline_value !== undefined && { value: inline_value }),
      });
      return toVariable(row, keyring);
    },
  );
  server.delete(
    "/v1/variables/:id",
    {
      schema: {
        tags,
        summary: "Delete a variable",
        params,
        response: { 200: z.object({ ok: z.boolean() }) },
      },
    },
    async ({ params: { id }, access: { workspaceId } }) => {
      const row = await findVariable(db, { id, workspaceId });
      await db.delete(variables).where(eq(variables.id, row.id));
      return { ok: true };
    },
  );
}

function toVariable(row: VariableRow, keyring: Keyring): z.infer<typeof variableSchema> {
  return {
    id: row.id,
    group_id: row.workspaceId,
    name: row.name,
    kind: row.kind,
    value_type: row.valueType,
    source: "inline",
    inline_value: row.kind === "secret" ? null : openValue(row, keyring),
    has_value: row.valueEncrypted !== null,
    created_at: row.createdAt.toISOString(),
    updated_at: row.updatedAt.toISOString(),
  };
}
