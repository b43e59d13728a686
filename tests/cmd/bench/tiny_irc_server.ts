/** An IRC server just large enough to be measured, and to misbehave on request. @module */
import { createServer, type Socket } from "node:net";

/** How it misbehaves. */
export interface TinyIrcOptions {
  /** Relays a message unless this says to lose it. */
  readonly loses?: (text: string) => boolean;
  /** Sent instead of a welcome. */
  readonly refusal?: string;
}

/** A server on a free port of loopback. */
export async function tinyIrcServer({ loses = () => false, refusal }: TinyIrcOptions = {}) {
  const sockets = new Set<Socket>();
  const commands: string[] = [];
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    socket.on("error", () => {}); // a client that hangs up is its own business
    let rest = "";
    socket.on("data", (bytes) => {
      const lines = (rest + bytes.toString()).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const [command = "", ...params] = line.split(" ");
        commands.push(command);
        if (command === "USER") socket.write(`${refusal ?? ":tiny 001 you :Welcome"}\r\n`);
        if (command === "REGISTER") socket.write("REGISTER SUCCESS you :made\r\n");
        if (command === "NS") socket.write("NOTE NS ACCOUNT_DROPPED :gone\r\n");
        if (command === "JOIN") socket.write(`:tiny 366 you ${params[0]} :End\r\nPING :x\r\n`);
        if (command === "QUIT") socket.end();
        if (command !== "PRIVMSG" || loses(line)) continue;
        for (const other of sockets) if (other !== socket) other.write(`:a!b@c ${line}\r\n`);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port");
  return {
    port: address.port,
    commands,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
