import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { newSecret } from "../../../../core/peer/calls/note.ts";
import { PeerError } from "../../../../core/peer/links/errors.ts";
import { LinkReader, writeAll } from "../../../../core/peer/links/json_lines.ts";
import { splice } from "../../../../core/peer/links/relay.ts";
import { type RelayDialer, serverRelay } from "../../../../core/peer/mod.ts";
import { PASSWORD, serving, testPair } from "../../server/serving.ts";
import { deadPort, utf8, Wire } from "../support.ts";

/** A relay as the server's: `RELAY <id>`, then the two streams of one id are joined. */
function listenAsRelay():
  & { readonly relay: RelayDialer; readonly seen: Uint8Array[] }
  & AsyncDisposable {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const closing = new AbortController();
  const waiting = new Map<string, Deno.Conn>();
  const joined: Promise<void>[] = [];
  const seen: Uint8Array[] = [];
  const accepting = (async () => {
    for await (const conn of listener) {
      const line = await new LinkReader(conn).readLine() ?? "";
      const other = waiting.get(line);
      if (other === undefined) waiting.set(line, conn);
      else {
        for (const each of [other, conn]) await each.write(utf8("OK\n"));
        joined.push(splice(other, listenIn(conn, seen), closing.signal));
      }
    }
  })();
  return {
    relay: {
      async dial(rendezvous, signal) {
        const conn = await Deno.connect({
          port: listener.addr.port,
          hostname: "127.0.0.1",
          signal,
        });
        await conn.write(utf8(`RELAY ${rendezvous}\n`));
        assert.equal(await conn.read(new Uint8Array(3)), 3);
        return conn;
      },
    },
    seen,
    async [Symbol.asyncDispose]() {
      listener.close();
      closing.abort();
      await accepting;
      await Promise.all(joined);
    },
  };
}

/** Keeps a copy of what one side says. */
function listenIn(conn: Deno.TcpConn, seen: Uint8Array[]): Deno.TcpConn {
  const read = conn.read.bind(conn);
  conn.read = async (into) => {
    const count = await read(into);
    if (count !== null) seen.push(into.slice(0, count));
    return count;
  };
  return conn;
}

function wireOfTheUnreachable(): Wire {
  const wire = new Wire();
  wire.meddle = (note) =>
    note.type === "invite"
      ? { ...note, candidates: [{ host: "127.0.0.1", port: deadPort() }] }
      : note;
  return wire;
}

Deno.test("PeerService meets at the relay when neither side can dial the other", async () => {
  await using server = listenAsRelay();
  const wire = wireOfTheUnreachable();
  await using amy = await wire.join("amy", { relay: server.relay });
  await using bob = await wire.join("bob", { relay: server.relay });
  await using out = await amy.service.open("bob", "file");
  await using into = await bob.nextLink();
  assert.deepEqual([out.via, out.remote, into.via, into.remote], [
    "relay",
    "relay",
    "relay",
    "relay",
  ]);
  assert.deepEqual([out.caller, into.caller], [true, false]);
  await out.conn.write(utf8("secret to bob\n"));
  assert.equal(await into.reader.readLine(), "secret to bob");
  await into.conn.write(utf8("secret to amy\n"));
  assert.equal(await out.reader.readLine(), "secret to amy");
  await out[Symbol.asyncDispose]();
  assert.equal(await into.reader.readLine(), null);
  const carried = server.seen.map((bytes) => new TextDecoder("latin1").decode(bytes)).join("");
  assert.ok(carried.length > 0);
  assert.doesNotMatch(carried, /secret/);
});

Deno.test("PeerService carries bulk through the relay, to the byte", async () => {
  await using server = listenAsRelay();
  const wire = wireOfTheUnreachable();
  await using amy = await wire.join("amy", { relay: server.relay });
  await using bob = await wire.join("bob", { relay: server.relay });
  await using out = await amy.service.open("bob", "file");
  await using into = await bob.nextLink();
  const sent = new Uint8Array(3_000_000).map((_, index) => index * 7);
  const sending = (async () => {
    for (let at = 0; at < sent.length;) at += await out.conn.write(sent.subarray(at));
  })();
  const received = new Uint8Array(sent.length);
  assert.equal(await into.reader.readFull(received), true);
  await sending;
  assert.ok(sent.every((byte, index) => received[index] === byte));
});

Deno.test("PeerService says unreachable when the relay fails as well", async () => {
  const wire = wireOfTheUnreachable();
  const relay: RelayDialer = { dial: () => Promise.reject(new Error("the relay is full")) };
  await using amy = await wire.join("amy", { relay });
  await using _bob = await wire.join("bob", { relay });
  await assert.rejects(amy.service.open("bob", "file"), (error) => {
    assert.ok(error instanceof PeerError && error.cause instanceof AggregateError);
    assert.deepEqual(error.problem, { kind: "unreachable", account: "bob" });
    return error.cause.errors.some(({ message }) => message === "the relay is full");
  });
});

Deno.test("serverRelay() meets at the relay door of a real server, and nowhere else", async (t) => {
  await using server = await serving({ guests: false });
  const fingerprint = new X509Certificate((await testPair()).certPem).fingerprint256;
  const relayOf = async (account: string): Promise<RelayDialer> => {
    await server.register(account);
    const irc = await server.enter(account, { password: PASSWORD });
    return serverRelay({
      host: "127.0.0.1",
      port: server.port,
      fingerprint,
      announce: async (rendezvous) => {
        irc.say(`RELAY ${rendezvous}`);
        await irc.expect(new RegExp(`RELAY OK ${rendezvous}`));
      },
    });
  };
  const [amys, bobs] = [await relayOf("amy"), await relayOf("bob")];
  await t.step("with bulk both ways", async () => {
    const wire = wireOfTheUnreachable();
    await using amy = await wire.join("amy", { relay: amys });
    await using bob = await wire.join("bob", { relay: bobs });
    await using out = await amy.service.open("bob", "file");
    await using into = await bob.nextLink();
    assert.deepEqual([out.via, into.via], ["relay", "relay"]);
    const bytes = new Uint8Array(1_000_000).map((_, index) => index * 7);
    for (const [from, to] of [[out, into], [into, out]] as const) {
      const [, received] = await Promise.all([
        writeAll(from.conn, bytes),
        to.reader.readFull(new Uint8Array(bytes.length)),
      ]);
      assert.ok(received);
    }
    await into[Symbol.asyncDispose]();
    assert.equal(await out.reader.readLine(), null);
  });
  await t.step("not with another certificate than before", async () => {
    const options = { host: "127.0.0.1", port: server.port, announce: () => Promise.resolve() };
    const relay = serverRelay({ ...options, fingerprint: fingerprint.replace(/^../, "..") });
    const { signal } = new AbortController();
    await assert.rejects(relay.dial(newSecret(), signal), /another certificate/);
  });
  await t.step("not unannounced", async () => {
    const options = { host: "127.0.0.1", port: server.port, fingerprint };
    const relay = serverRelay({ ...options, announce: () => Promise.resolve() });
    const { signal } = new AbortController();
    await assert.rejects(relay.dial(newSecret(), signal), /unknown rendezvous/);
  });
  await t.step("and not for longer than told", async () => {
    const stop = new AbortController();
    const dialing = amys.dial(newSecret(), stop.signal);
    queueMicrotask(() => stop.abort(new Error("enough")));
    await assert.rejects(dialing, { message: "enough" });
  });
});
