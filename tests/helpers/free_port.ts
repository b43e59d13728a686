/** A port nobody listens on. @module */

/** Below the ephemeral range: no outgoing connection and no `port: 0` takes one of these meanwhile. */
const FIRST = 15_000;
const COUNT = 15_000;

/** A free TCP port of the loopback address; ask as late as possible, another may take it. */
export function freePort(): number {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    try {
      Deno.listen({ hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
