/** One user of a load test who only counts: what arrives is not read further than it must be. @module */
import { once } from "node:events";
import tls from "node:tls";

const LF = 0x0a;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A connection that is registered as a guest, and perhaps in a room. */
export class LoadSocket implements Disposable {
  /** Called with the number of lines that came at once. */
  onLines: (count: number) => void = () => {};
  readonly #socket: tls.TLSSocket;

  /** Connects to 127.0.0.1 and registers; joins `room` when one is given. The certificate is not checked. */
  static async enter(port: number, { nick, room }: { nick: string; room?: string }) {
    const socket = tls.connect({ host: "127.0.0.1", port, rejectUnauthorized: false });
    await once(socket, "secureConnect");
    socket.setNoDelay(true);
    const join = room === undefined ? "" : `JOIN ${room}\r\n`;
    socket.write(`NICK ${nick}\r\nUSER ${nick} 0 * :load\r\n${join}`);
    await untilText(socket, room === undefined ? / (376|422) / : / 366 /);
    return new LoadSocket(socket);
  }

  private constructor(socket: tls.TLSSocket) {
    this.#socket = socket;
    socket.on("error", (error) => {
      throw new Error(`Lost a connection: ${error.message}`, { cause: error });
    });
    socket.on("data", (bytes: Uint8Array) => this.onLines(countLines(bytes)));
  }

  /** Sends one line. */
  say(line: string): void {
    this.#socket.write(encoder.encode(`${line}\r\n`));
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) lines++;
  return lines;
}

async function untilText(socket: tls.TLSSocket, pattern: RegExp): Promise<void> {
  let text = "";
  while (!pattern.test(text)) {
    const [bytes] = await once(socket, "data");
    text += decoder.decode(bytes);
    if (text.includes("ERROR :")) throw new Error(`Cannot enter: ${text.trim()}`);
  }
}
