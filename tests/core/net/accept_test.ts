import assert from "node:assert/strict";
import { connectionsOf } from "../../../core/net/accept.ts";

/** A listener that gives these one after the other, and is closed then. */
function scripted(...outcomes: readonly (Deno.Conn | Error)[]) {
  const rest = [...outcomes];
  return {
    accept(): Promise<Deno.Conn> {
      const next = rest.shift() ?? new Deno.errors.BadResource("closed");
      return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
    },
  };
}

Deno.test("connectionsOf() goes on whatever goes wrong with one of them, until the listener is closed", async () => {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  using one = await Deno.connect({ port: listener.addr.port, hostname: "127.0.0.1" });
  const errors = [
    new Deno.errors.ConnectionAborted("gone already"),
    new Error("Too many open files (os error 24)"),
  ];
  const got: Deno.Conn[] = [];
  for await (const conn of connectionsOf(scripted(...errors, one, ...errors, one))) got.push(conn);
  assert.deepEqual(got, [one, one]);
});

Deno.test("connectionsOf() ends when a real listener is closed", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  using _client = await Deno.connect({ port: listener.addr.port, hostname: "127.0.0.1" });
  for await (const conn of connectionsOf(listener)) {
    conn.close();
    listener.close();
  }
});
