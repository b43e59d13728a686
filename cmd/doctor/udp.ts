/**
 * Asks the PTCHAT door by UDP, which a firewall may block where it allows TCP.
 *
 * @module
 */
import dgram from "node:dgram";
import { isIPv6 } from "node:net";
import { cleanText } from "../../core/ground/text.ts";

/** Leaves at once, so that no slot is held: the server answers goodbye with and without a session. */
const QUESTION = "~:q!:\n";
/** Datagrams get lost. Longer than the time within which a repeated one counts once. */
const AGAIN_MS = 1_000;
const ANSWER = /^\* (?:Goodbye|Bye)\b/;

/**
 * Returns the first line of the answer. Needs network permission.
 *
 * @throws {Error} When nothing listens there, something else answers, or `signal` aborts first.
 */
export async function askByUdp(
  { address, port, signal }: {
    /** An IP address. */
    readonly address: string;
    readonly port: number;
    readonly signal: AbortSignal;
  },
): Promise<string> {
  const socket = dgram.createSocket(isIPv6(address) ? "udp6" : "udp4");
  const answer = Promise.withResolvers<string>();
  const stop = () => answer.reject(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  socket.on("error", answer.reject);
  socket.on("message", (bytes, from) => {
    if (from.port === port) answer.resolve(new TextDecoder().decode(bytes));
  });
  const ask = () => socket.send(QUESTION, port, address);
  const timer = setInterval(ask, AGAIN_MS);
  try {
    ask();
    const [line = ""] = (await answer.promise).split(/\r?\n/);
    if (ANSWER.test(line)) return cleanText(line);
    throw new Error(`something else answers there: ${cleanText(line).slice(0, 60)}`);
  } finally {
    clearInterval(timer);
    signal.removeEventListener("abort", stop);
    socket.close();
  }
}
