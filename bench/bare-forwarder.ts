/**
 * The least that a Node process between a caller and a plugin can do: no key, no limits, no log, no checks. What it adds is
 * the floor under what the plugin server adds. A process of its own, as the plugin server is; prints its port.
 *
 *     node bench/bare-forwarder.ts http PORT     # to a plugin's HTTP server
 *     node bench/bare-forwarder.ts stdio LAUNCH  # to a process that it starts; LAUNCH is JSON
 */
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { Pool } from "undici";
import type { Launch } from "../packages/plugin-server/src/engines/engine.ts";
import { DirectStdioPlugin } from "./direct.ts";

type Forward = (body: Buffer) => Promise<Buffer>;

const [transport, target = ""] = process.argv.slice(2);
const forward = transport === "http" ? overHttp(Number(target)) : overStdio(JSON.parse(target) as Launch);

const server = createServer(async (request: IncomingMessage, response) => {
  const answer = await forward(await buffer(request));
  response.writeHead(200, { "content-type": "application/json", "content-length": answer.length });
  response.end(answer);
});
server.listen(0, "127.0.0.1", () => console.log((server.address() as AddressInfo).port));

function overHttp(port: number): Forward {
  const pool = new Pool(`http://127.0.0.1:${port}`);
  return async (body) => {
    const answer = await pool.request({
      method: "POST",
      path: "/nodes/echo/execute",
      headers: { "content-type": "application/json" },
      body,
    });
    return Buffer.from(await answer.body.arrayBuffer());
  };
}

function overStdio(launch: Launch): Forward {
  const plugin = new DirectStdioPlugin(launch);
  process.once("SIGTERM", () => void plugin.stop().then(() => process.exit()));
  return async (body) => {
    const params = { node_name: "echo", ...(JSON.parse(body.toString()) as object) };
    return Buffer.from(JSON.stringify(await plugin.call("node.execute", params)));
  };
}
