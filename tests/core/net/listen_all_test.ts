import assert from "node:assert/strict";
import type { Listener, ListenOptions } from "../../../core/net/connection.ts";
import { ALL_ADDRESSES, listenAll, LOOPBACK_ADDRESSES } from "../../../core/net/listen_all.ts";
import { listenNode } from "../../../core/net/node_listener.ts";

const common = { port: 0, handshakeMs: 1_000, admit: () => undefined };

/** A system that answers so for each address. */
function system(answers: Readonly<Record<string, string>>) {
  const open = new Set<string>();
  const listen = ({ hostname, port }: ListenOptions): Promise<Listener> => {
    const code = answers[hostname];
    if (code !== "ok") return Promise.reject(Object.assign(new Error(code), { code }));
    open.add(hostname);
    return Promise.resolve({
      ...{ hostname, port: port || 4000, engine: "plain", trouble: undefined },
      replaceCertificate: () => true,
      [Symbol.asyncDispose]: () => Promise.resolve(void open.delete(hostname)),
    });
  };
  return { listen, open };
}

const cases: readonly [what: string, Readonly<Record<string, string>>, string[] | string][] = [
  ["IPv6 sockets that take IPv4 too", { "::": "ok", "0.0.0.0": "EADDRINUSE" }, ["::"]],
  ["IPv6 sockets that do not", { "::": "ok", "0.0.0.0": "ok" }, ["::", "0.0.0.0"]],
  ["no IPv6", { "::": "EAFNOSUPPORT", "0.0.0.0": "ok" }, ["0.0.0.0"]],
  ["no address of IPv6", { "::": "EADDRNOTAVAIL", "0.0.0.0": "ok" }, ["0.0.0.0"]],
  ["no IPv4", { "::": "ok", "0.0.0.0": "EAFNOSUPPORT" }, ["::"]],
  ["a port that is in use", { "::": "EADDRINUSE", "0.0.0.0": "ok" }, "EADDRINUSE"],
  ["no right to the port", { "::": "EACCES", "0.0.0.0": "EACCES" }, "EACCES"],
  ["nothing at all", { "::": "EAFNOSUPPORT", "0.0.0.0": "EADDRNOTAVAIL" }, "EADDRNOTAVAIL"],
];
for (const [what, answers, expected] of cases) {
  Deno.test(`listenAll() on all addresses, with ${what}`, async () => {
    const { listen, open } = system(answers);
    const listening = listenAll(listen, { ...common, hostnames: ALL_ADDRESSES });
    if (typeof expected === "string") await assert.rejects(listening, { code: expected });
    else {
      await using port = await listening;
      assert.deepEqual(port.hostnames, expected);
      assert.deepEqual([...open], expected);
    }
    assert.equal(open.size, 0);
  });
}

Deno.test("listenAll() leaves no address bound when the next one is in use", async () => {
  const { listen, open } = system({ "127.0.0.1": "ok", "::1": "EADDRINUSE" });
  const hostnames = LOOPBACK_ADDRESSES;
  await assert.rejects(listenAll(listen, { ...common, hostnames }), { code: "EADDRINUSE" });
  assert.equal(open.size, 0);
});

Deno.test("listenAll() is reached by IPv4 and IPv6 on one port", async () => {
  const seen: string[] = [];
  const admit = (address: string) => void seen.push(address);
  await using port = await listenAll(listenNode, { ...common, admit, hostnames: ALL_ADDRESSES });
  for (const hostname of LOOPBACK_ADDRESSES) {
    using conn = await Deno.connect({ hostname, port: port.port });
    await conn.read(new Uint8Array(1)).catch(() => {}); // it hangs up
  }
  assert.deepEqual(seen, ["127.0.0.1", "::1"]);
});
