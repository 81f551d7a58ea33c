import type { Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Milliseconds between two looks at the connections while a server closes. */
const lookAgainMs = 50;

/**
 * Gives what to call when the server begins to close: from then on every connection ends as soon as no answer is under
 * way on it. Node by itself closes idle ones only once, at the beginning, and never those on which no request has come
 * yet; either would hold up the end for a minute.
 */
export function closeQuietConnections(server: Server): () => Promise<void> {
  const answers = new Map<Socket, number>();
  server.on("connection", (socket: Socket) => {
    answers.set(socket, 0);
    socket.once("close", () => answers.delete(socket));
  });
  server.on("request", ({ socket }: { socket: Socket }, response: ServerResponse) => {
    answers.set(socket, (answers.get(socket) ?? 0) + 1);
    response.once("close", () => {
      const count = answers.get(socket);
      if (count !== undefined) answers.set(socket, count - 1);
    });
  });
  return async () => {
    const closeQuiet = () => {
      for (const [socket, count] of answers) if (count === 0) socket.destroySoon();
    };
    const timer = setInterval(closeQuiet, lookAgainMs);
    server.once("close", () => clearInterval(timer));
  };
}
