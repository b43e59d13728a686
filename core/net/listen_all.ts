/**
 * One port on several addresses, such as `0.0.0.0` and `::`.
 *
 * @module
 */
import type { Listener, ListenOptions } from "./connection.ts";

/** All addresses of the machine. */
export const ALL_ADDRESSES: readonly string[] = ["::", "0.0.0.0"];
/** The addresses that only this machine can reach. */
export const LOOPBACK_ADDRESSES: readonly string[] = ["127.0.0.1", "::1"];

/** Error codes for an address, or a version of IP, that the machine does not have. */
const NOT_HERE = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT", "EINVAL", "EPROTONOSUPPORT"]);

/** Options for {@linkcode listenAll}. */
export interface ListenAllOptions extends Omit<ListenOptions, "hostname"> {
  /** Names or addresses to listen on. */
  readonly hostnames: readonly string[];
}

/** A port that is bound on at least one address. */
export interface PortListener extends Omit<Listener, "hostname"> {
  /** The addresses it is bound to. */
  readonly hostnames: readonly string[];
}

/**
 * Listens on one port of all the addresses, except those that this machine does not have; at least one must exist.
 *
 * @throws {Error} With the `code` `EADDRINUSE`, `EACCES`, ... when the port cannot be bound.
 *
 * Needs `--allow-net`.
 */
export async function listenAll(
  listen: (options: ListenOptions) => Promise<Listener>,
  { hostnames, ...options }: ListenAllOptions,
): Promise<PortListener> {
  await using undo = new AsyncDisposableStack();
  const listeners: Listener[] = [];
  const trouble = () => listeners.map((listener) => listener.trouble).find(Boolean);
  let reported: string | undefined;
  const troubled = (_: string | undefined, port: number) => {
    if (trouble() === reported) return; // the same trouble on another address
    reported = trouble();
    options.troubled?.(reported, port);
  };
  let absent: unknown;
  for (const hostname of hostnames) {
    try {
      const port = listeners[0]?.port ?? options.port;
      listeners.push(undo.use(await listen({ ...options, hostname, port, troubled })));
    } catch (error) {
      const code = codeOf(error);
      if (NOT_HERE.has(code)) absent = error;
      // On most systems a socket bound to `::` also has the port of all IPv4 addresses.
      else if (code !== "EADDRINUSE" || listeners[0]?.hostname !== "::") throw error;
    }
  }
  const [first] = listeners;
  if (!first) throw absent ?? new TypeError("Cannot listen without an address");
  const owned = undo.move();
  return {
    hostnames: listeners.map(({ hostname }) => hostname),
    port: first.port,
    engine: first.engine,
    get trouble() {
      return trouble();
    },
    replaceCertificate: (pair) =>
      listeners.map((listener) => listener.replaceCertificate(pair)).every(Boolean),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
