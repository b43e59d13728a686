/** A port nobody listens on. @module */

/** A free TCP port of the loopback address; ask as late as possible, another may take it. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}
