/**
 * A listener on `node:tls` with Nagle's algorithm disabled, so that no small write waits for an acknowledgement.
 *
 * @module
 */
import type { Connection } from "../../net/connection.ts";
import { listenNode } from "../../net/node_listener.ts";
import { PEER_ALPN } from "./hello.ts";
import type { HandshakenConn, LinkListener, LinkListenerOptions } from "./link_listener.ts";
import { NodeLinkConn } from "./node_link_conn.ts";

/** Longer than the deadline that the owner of an accepted socket sets for its handshake. */
const HANDSHAKE_MS = 60_000;
/** How long the other end of an open link has to close its side when this one is closed. */
const GOODBYE_MS = 500;

/** Binds. Needs `--allow-net`. @throws {Error} With the system's `code`, such as `EADDRINUSE`. */
export async function listenNodeLinks(options: LinkListenerOptions): Promise<LinkListener> {
  const { identity, hostname, port, arrived } = options;
  const open = new Map<Connection, Promise<void>>();
  const listener = await listenNode({
    hostname,
    port,
    tls: { certPem: identity.certPem, keyPem: identity.keyPem },
    alpn: PEER_ALPN,
    handshakeMs: HANDSHAKE_MS,
    admit(_address, cut) {
      const shaken = Promise.withResolvers<HandshakenConn>();
      const gone = Promise.withResolvers<void>();
      shaken.promise.catch(() => {}); // the owner of the accepted socket handles the error
      arrived({ shaken: shaken.promise, cut });
      let opened: Connection | undefined;
      return {
        opened(connection) {
          opened = connection;
          open.set(connection, gone.promise);
          const { alpn, address: host, port } = connection;
          shaken.resolve({ conn: new NodeLinkConn(connection), alpn, from: { host, port } });
        },
        released() {
          if (opened) open.delete(opened);
          gone.resolve();
          shaken.reject(new Error("The connection ended during the handshake"));
        },
      };
    },
  });
  return {
    address: { host: listener.hostname, port: listener.port },
    mayStick: false,
    async [Symbol.asyncDispose]() {
      for (const connection of open.keys()) connection.end(GOODBYE_MS);
      await Promise.all(open.values());
      await listener[Symbol.asyncDispose]();
    },
  };
}
