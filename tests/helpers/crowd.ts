/** Connections that say nothing. @module */
import net from "node:net";
import { once } from "node:events";

/** Sockets that are held open; disposing hangs up. */
export interface Crowd extends AsyncDisposable {
  /** How many are connected, accepted by the program or not. */
  readonly connected: number;
}

/** Opens `count` TCP connections at once and holds them. */
export async function crowdAt(port: number, count: number): Promise<Crowd> {
  let connected = 0;
  const sockets = Array.from({ length: count }, () => {
    const socket = net.connect({ host: "127.0.0.1", port });
    socket.on("error", () => {}); // disconnected: "close" follows
    socket.once("connect", () => connected++);
    return socket;
  });
  await Promise.all(
    sockets.map((socket) =>
      Promise.race([once(socket, "connect"), once(socket, "close")]).catch(() => {})
    ),
  );
  return {
    get connected() {
      return connected;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(sockets.map((socket) => {
        if (socket.closed) return;
        const closed = once(socket, "close");
        socket.destroy();
        return closed;
      }));
    },
  };
}
