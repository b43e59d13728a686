import assert from "node:assert/strict";
import { ClientError, type DialFailure, type LossReason } from "../../../../core/client/mod.ts";
import { dial, MAX_INCOMING_BYTES } from "../../../../core/client/session/connection.ts";
import { within } from "../../../helpers/deadline.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { freePort } from "../../../helpers/free_port.ts";
import { ScriptedServer } from "../scripted_server.ts";

const signal = new AbortController().signal;

const cannotDial = (port: number, kind: Exclude<DialFailure["kind"], "other">) => (
  { kind: "cannot-dial", server: `127.0.0.1:${port}`, failure: { kind } }
);

/** Dials, trusting all, and collects what comes. */
async function open(server: ScriptedServer) {
  const [connection, line] = await Promise.all([
    dial(server.address, { trust: () => {}, signal }),
    server.accept(),
  ]);
  const lines: string[] = [];
  const closed = Promise.withResolvers<LossReason>();
  connection.open({ line: (text) => lines.push(text), closed: closed.resolve });
  return { connection, line, lines, closed: closed.promise };
}

Deno.test("dial()", async (t) => {
  await t.step(
    "sends no byte before the certificate is judged, and none when it is refused",
    async () => {
      await using server = await ScriptedServer.start();
      const refusal = new ClientError({ kind: "unknown-server", server: "a:1", fingerprint: "AB" });
      const judged = Promise.withResolvers<void>();
      const dialing = dial(server.address, {
        signal,
        trust: async ({ fingerprint, authorized }) => {
          assert.equal(fingerprint, server.fingerprint);
          assert.equal(authorized, false);
          await judged.promise;
          throw refusal;
        },
      });
      const line = await server.accept();
      judged.resolve();
      await assert.rejects(dialing, refusal);
      await line.ended();
      assert.deepEqual(line.received, []);
    },
  );

  await t.step("says what is there when it is no TLS", async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const dialing = dial({ host: "127.0.0.1", port: listener.addr.port }, {
      trust: () => {},
      signal,
    });
    using conn = await listener.accept();
    await conn.write(new TextEncoder().encode("Welcome to a plain server\r\n"));
    await assert.rejects(dialing, {
      fault: "could-not-connect",
      problem: cannotDial(listener.addr.port, "not-tls"),
    });
  });

  await t.step("says that nobody is there", async () => {
    const port = freePort();
    await assert.rejects(dial({ host: "127.0.0.1", port }, { trust: () => {}, signal }), {
      fault: "could-not-connect",
      problem: cannotDial(port, "refused"),
    });
  });

  await t.step("gives up when it is aborted, in the middle of a handshake", async () => {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const stop = new AbortController();
    const dialing = dial({ host: "127.0.0.1", port: listener.addr.port }, {
      trust: () => {},
      signal: stop.signal,
    });
    using _conn = await listener.accept();
    stop.abort(new Error("enough"));
    await assert.rejects(dialing, { message: "enough" });
  });
});

Deno.test("ServerConnection", async (t) => {
  await t.step("carries lines both ways and says who hung up", async () => {
    await using server = await ScriptedServer.start();
    const { connection, line, lines, closed } = await open(server);
    connection.send("NICK amy");
    await line.expect(/^NICK amy$/);
    await line.send(":srv 001 amy :hi", "PING 1");
    await eventually(() => lines.length === 2);
    connection.send("PONG 1");
    await line.expect(/^PONG 1$/);
    assert.deepEqual(lines, [":srv 001 amy :hi", "PING 1"]);
    await line.hangUp();
    const { kind } = await within(closed, 30_000, () => "not closed");
    assert(["hung-up", "socket"].includes(kind), kind);
    await connection[Symbol.asyncDispose]();
  });

  await t.step("closes on a line longer than any server sends", async () => {
    await using server = await ScriptedServer.start();
    const { connection, line, lines, closed } = await open(server);
    await line.send("x".repeat(MAX_INCOMING_BYTES + 1)).catch(() => {}); // cut off in the middle
    assert.deepEqual(await closed, { kind: "bad-line", fault: "too-long" });
    assert.deepEqual(lines, []);
    await connection[Symbol.asyncDispose]();
  });
});
