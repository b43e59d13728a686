/**
 * Targets for `connect()` of `node:net` and `node:tls`.
 *
 * @module
 */
import { Duplex } from "node:stream";

/** An address to connect to, or an open connection. */
export type DialTarget =
  | { readonly host: string; readonly port: number }
  | { readonly socket: Duplex };

/**
 * Options for `connect()` of `node:tls`. Node's sockets drop the zone of an address such as `fe80::1%eth0`, without which it
 * is unusable; such a connection is opened here. Needs `--allow-net` for the address.
 *
 * @throws The signal's reason, or the system's error.
 */
export async function dialTarget(
  { host, port }: { readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<DialTarget> {
  if (!host.includes("%")) return { host, port };
  const conn = await Deno.connect({ hostname: host, port, signal });
  conn.setNoDelay(true);
  const { readable, writable } = conn;
  return { socket: Duplex.fromWeb({ readable, writable }) };
}

/** Explains an error caused by the zone of an address; `undefined` when it has another cause. */
export function explainZone(host: string, error: unknown): string | undefined {
  if (/^fe[89ab][0-9a-f]:[0-9a-f:.]*$/i.test(host)) {
    return "an address of this kind needs its interface, as in fe80::1%eth0";
  }
  const [, zone] = /%(.*)$/.exec(host) ?? [];
  const isUnknown = zone !== undefined && error instanceof Error && /lookup/.test(error.message);
  return isUnknown ? `this machine has no interface ${zone}` : undefined;
}
