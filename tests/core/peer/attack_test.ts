import assert from "node:assert/strict";
import { sha256Digest } from "../../../core/ground/bytes.ts";
import type { Identity } from "../../../core/identity/identity.ts";
import { makeCertificate } from "../../../core/identity/make_certificate.ts";
import { formatNote, newSecret, type Note } from "../../../core/peer/calls/note.ts";
import { readPeerCertificate } from "../../../core/peer/links/certificate.ts";
import { startPeerTls } from "../../../core/peer/links/dial.ts";
import { makeHello, PEER_PROTOCOL } from "../../../core/peer/links/hello.ts";
import { LinkReader, writeJson } from "../../../core/peer/links/json_lines.ts";
import { ask, dial, hello, invited, refused, works } from "./attackers.ts";
import { FakeClock } from "./fake_clock.ts";
import { makeIdentity, utf8, Wire } from "./support.ts";

Deno.test("a ticket", async (t) => {
  const clock = new FakeClock();
  const wire = new Wire();
  await using bob = await wire.join("bob", { clock });
  const amy = await makeIdentity();
  const eve = await makeIdentity();
  await t.step("is good once", async () => {
    const invite = await invited(wire, "amy", amy, bob);
    assert.equal(await hello(invite, amy), '{"answer":"ok"}');
    assert.equal(await hello(invite, amy), refused("ticket"));
    await (await bob.nextLink())[Symbol.asyncDispose]();
  });
  await t.step("is good for 30 seconds", async () => {
    const early = await invited(wire, "amy", amy, bob);
    const late = await invited(wire, "amy", amy, bob);
    clock.advance(29_999);
    assert.equal(await hello(early, amy), '{"answer":"ok"}');
    clock.advance(1);
    assert.equal(await hello(late, amy), refused("ticket"));
    await (await bob.nextLink())[Symbol.asyncDispose]();
  });
  await t.step("is good for nobody else, and of no use once somebody tried", async () => {
    const invite = await invited(wire, "amy", amy, bob);
    assert.equal(await hello(invite, eve), refused("proof"));
    assert.equal(await hello(invite, amy), refused("ticket"));
    const second = await invited(wire, "amy", amy, bob);
    assert.equal(await hello(second, eve, amy), refused("proof"));
  });
  await t.step("cannot be guessed", async () => {
    const invite = await invited(wire, "amy", amy, bob);
    assert.equal(await hello({ ...invite, ticket: newSecret() }, amy), refused("ticket"));
    assert.equal(await hello(invite, amy), '{"answer":"ok"}');
    await (await bob.nextLink())[Symbol.asyncDispose]();
  });
  await t.step("does not carry over to another listener", async () => {
    await using eva = await wire.join("eva", { clock });
    const toBob = await invited(wire, "amy", amy, bob);
    const toEva = await invited(wire, "amy", amy, eva);
    using conn = await dial(toBob);
    const listenerSha256 = readPeerCertificate(toEva.certificate).sha256;
    const binding = {
      ticket: toBob.ticket,
      listenerSha256,
      dialerSha256: sha256Digest(amy.certDer),
    };
    await writeJson(conn, makeHello(amy.keyPem, binding));
    assert.equal(await new LinkReader(conn).readLine(), refused("proof"));
  });
  await t.step("does not get past a key that was pinned meanwhile", async () => {
    const invite = await invited(wire, "zoe", amy, bob);
    bob.peers.pins.set("zoe", eve.pin);
    assert.equal(await hello(invite, amy), refused("untrusted"));
  });
});

Deno.test("a listener with another key is not let in, whatever its certificate says", async () => {
  const mallory = await makeIdentity();
  await using trap = listenAs(mallory);
  const wire = new Wire();
  wire.meddle = (note, from) =>
    note.type === "invite" && from === "bob" ? { ...note, candidates: [trap.candidate] } : note;
  await using amy = await wire.join("amy", { listenHost: "198.51.100.1" }); // cannot be dialed back
  await using _bob = await wire.join("bob");
  await assert.rejects(amy.service.open("bob", "text"), { fault: "unreachable" });
  assert.equal(trap.bytesRead, 0, "not even a hello got out");
  assert.equal(amy.peers.pins.size, 0);
  assert.equal(amy.notices[0]?.kind, "cannot-listen");
});

Deno.test("a server that swaps certificates is found out where keys are pinned", async (t) => {
  const mallory = (await makeIdentity()).certDer.toBase64();
  await t.step("the callee's", async () => {
    const wire = new Wire();
    await using amy = await wire.join("amy");
    await using bob = await wire.join("bob");
    await works(amy, bob);
    wire.meddle = (note) => note.type === "invite" ? { ...note, certificate: mallory } : note;
    await assert.rejects(amy.service.open("bob", "text"), { fault: "untrusted" });
  });
  await t.step("the caller's", async () => {
    const wire = new Wire();
    await using amy = await wire.join("amy");
    await using bob = await wire.join("bob");
    await works(amy, bob);
    wire.meddle = (note) => note.type === "ask" ? { ...note, certificate: mallory } : note;
    await assert.rejects(amy.service.open("bob", "text"), { fault: "refused" });
    assert.equal(bob.notices.at(-1)?.kind, "refused-changed-key");
  });
  await t.step("and at first sight when it swaps only one", async () => {
    const wire = new Wire();
    await using amy = await wire.join("amy");
    await using bob = await wire.join("bob");
    wire.meddle = (note) => note.type === "ask" ? { ...note, certificate: mallory } : note;
    await assert.rejects(amy.service.open("bob", "text"), { fault: "refused" });
    assert.equal(bob.peers.pins.size, 0);
  });
});

Deno.test("a dialer checks the name, so that no public authority's certificate passes", async () => {
  const pair = await makeCertificate({ names: ["chat.example"], days: 1 });
  using listener = Deno.listenTls({
    hostname: "127.0.0.1",
    port: 0,
    cert: pair.certPem,
    key: pair.keyPem,
    alpnProtocols: [PEER_PROTOCOL],
  });
  const serving = listener.accept().then(async (conn) => {
    await conn.handshake().catch(() => {});
    conn.close();
  });
  const { publicKey, ...rest } = readPeerCertificate((await makeIdentity()).certDer.toBase64());
  const certificate = { ...rest, publicKey, pem: pair.certPem };
  const tcp = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  await assert.rejects(startPeerTls(tcp, certificate, new AbortController().signal), /not valid/);
  await serving;
});

Deno.test("a callee that answers the hello with nonsense is a protocol fault", async () => {
  const bob = await makeIdentity();
  await using trap = listenAs(bob, "welcome!\n");
  const wire = new Wire();
  await using amy = await wire.join("amy");
  wire.meddle = (note, from) => {
    if (note.type !== "ask" || from !== "amy") return note;
    const certificate = bob.certDer.toBase64();
    const candidates = [trap.candidate];
    const { id } = note;
    const invite: Note = { v: 1, type: "invite", id, certificate, candidates, ticket: newSecret() };
    queueMicrotask(() => amy.service.receive("bob", formatNote(invite)));
    return undefined;
  };
  await assert.rejects(amy.service.open("bob", "text"), { fault: "protocol" });
  assert.equal(amy.peers.pins.size, 0);
});

Deno.test("notes out of place change nothing", async (t) => {
  const wire = new Wire();
  await using amy = await wire.join("amy");
  await using bob = await wire.join("bob");
  const identity = await makeIdentity();
  await t.step("garbage is reported once", () => {
    for (let time = 0; time < 100; time++) bob.service.receive("eve", "{");
    assert.deepEqual(bob.notices.splice(0), [
      { kind: "bad-note", account: "eve", fault: "bad-json" },
    ]);
    bob.service.receive("eve", "x".repeat(4_000));
    assert.equal(bob.notices.splice(0).length, 1);
    bob.service.receive("no account", "{");
    assert.deepEqual(bob.notices, []);
  });
  await t.step("an invitation of a third party", async () => {
    wire.meddle = (note, from) => {
      if (note.type === "ask" && from === "amy") {
        const certificate = identity.certDer.toBase64();
        const invite = { v: 1, type: "invite", id: note.id, certificate, ticket: newSecret() };
        amy.service.receive("eve", JSON.stringify({ ...invite, candidates: [] }));
      }
      return note;
    };
    await works(amy, bob);
  });
  await t.step("a call back with another certificate", async () => {
    wire.meddle = (note) => note;
    const invite = await invited(wire, "eve", identity, bob);
    const other = (await makeIdentity()).certDer.toBase64();
    bob.service.receive("eve", formatNote({ ...invite, certificate: other }));
    assert.deepEqual(bob.notices.at(-1), { kind: "bad-note", account: "eve", fault: "bad-shape" });
  });
  await t.step("more calls than one account may have are turned down", async () => {
    const answers: Note[] = [];
    for (let call = 0; call < 20; call++) answers.push(await ask(wire, "kim", identity, bob));
    const busy = answers.filter((note) => note.type === "refuse" && note.reason === "busy");
    assert.equal(busy.length, 4);
    await works(amy, bob);
  });
});

/** A listener with somebody's key that answers the first bytes with `answer`. */
function listenAs(identity: Identity, answer = "") {
  const listener = Deno.listenTls({
    hostname: "127.0.0.1",
    port: 0,
    cert: identity.certPem,
    key: identity.keyPem,
    alpnProtocols: [PEER_PROTOCOL],
  });
  const trap = {
    candidate: { host: "127.0.0.1", port: listener.addr.port },
    bytesRead: 0,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving;
    },
  };
  const serving = (async () => {
    for await (const conn of listener) {
      try {
        trap.bytesRead += await conn.read(new Uint8Array(1_000)) ?? 0;
        await conn.write(utf8(answer));
      } catch {
        // The dialer saw the wrong certificate.
      }
      conn.close();
    }
  })();
  return trap;
}
