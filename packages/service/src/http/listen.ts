import { NoxusError } from "@noxus/contracts";
import { processOnPort } from "./port-owner.ts";
import type { HttpServer } from "./server.ts";

/**
 * Listens and gives the address. Port 0 takes any free one.
 *
 * @throws NoxusError `port_in_use`, naming the process that has it where the system tells.
 */
export async function listen(
  server: HttpServer,
  { host, port }: { host: string; port: number },
): Promise<{ url: string; port: number }> {
  try {
    await server.listen({ host, port });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    const owner = await processOnPort(port);
    const who = owner ? ` by ${owner.command} (pid ${owner.pid})` : "";
    throw new NoxusError(
      "port_in_use",
      `Port ${port} on ${host} is in use${who}. Stop that process or choose another port.`,
      { cause: error },
    );
  }
  const address = server.server.address();
  const actual = typeof address === "object" && address ? address.port : port;
  const name = host.includes(":") ? `[${host}]` : host;
  return { url: `http://${name}:${actual}`, port: actual };
}
