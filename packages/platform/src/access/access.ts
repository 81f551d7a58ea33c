import { NoxusError } from "@noxus/contracts";

/** What a request's API key opens. */
export interface Access {
  workspaceId: string;
  keyId: string;
  /** The key's name, as its maker called it. */
  keyName: string;
  /** First characters of the key, to recognise it by. */
  keyPrefix: string;
  /** May administer plugins, workspaces and keys of the whole platform. */
  tenantAdmin: boolean;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Set before any handler of a route that asks for an API key runs. */
    access: Access;
  }
}

/** @throws NoxusError `forbidden` where the key is none of an administrator. */
export function requireAdmin({ tenantAdmin, keyPrefix }: Access): void {
  if (tenantAdmin) return;
  throw new NoxusError(
    "forbidden",
    `The key ${keyPrefix}… is no administrator's. Use a key that was made with tenant_admin.`,
  );
}
