import assert from "node:assert/strict";
import fc from "fast-check";
import { PEER_NAME, readPeerCertificate, sha256 } from "../../../core/peer/certificate.ts";
import { startPeerTls } from "../../../core/peer/dial.ts";
import { MAX_UNPROVED } from "../../../core/peer/door.ts";
import { ProtocolError } from "../../../core/peer/errors.ts";
import { makeHello, PEER_PROTOCOL, readHello } from "../../../core/peer/hello.ts";
import { LinkReader, writeJson } from "../../../core/peer/json_lines.ts";
import { formatNote, newId, newSecret, type Note, parseNote } from "../../../core/peer/note.ts";
import type { Identity } from "../../../core/identity/identity.ts";
import { makeCertificate } from "../../../core/identity/make_certificate.ts";
import { FakeClock } from "./fake_clock.ts";
import { makeIdentity, type TestClient, utf8, Wire } from "./support.ts";

type Invite = Extract<Note, { type: "invite" }>;

/** Asks `to` as `account` would, by notes alone, and gives the answer. */
async function ask(wire: Wire, account: string, identity: Identity, to: TestClient): Promise<Note> {
  const id = newId();
  const certificate = identity.certDer.toBase64();
  const answered = Promise.withResolvers<Note>();
  const { meddle } = wire;
  wire.meddle = (note, from, receiver) => {
    if (note.id === id && from === to.account) answered.resolve(note);
    return meddle(note, from, receiver);
  };
  await wire.carry(
    account,
    to.account,
    formatNote({ v: 1, type: "ask", id, purpose: "text", certificate }),
  );
  const answer = await answered.promise;
  wire.meddle = meddle;
  return answer;
}

async function invited(wire: Wire, account: string, identity: Identity, to: TestClient) {
  const note = await ask(wire, account, identity, to);
  assert.ok(note.type === "invite");
  return note;
}

async function dial(invite: Invite): Promise<Deno.TlsConn> {
  const [candidate] = invite.candidates;
  assert.ok(candidate);
  const tcp = await Deno.connect({ hostname: candidate.host, port: candidate.port });
  const certificate = readPeerCertificate(invite.certificate);
  return await startPeerTls(tcp, certificate, new AbortController().signal);
}

/** Says a hello on a new connection and gives the answer's line. */
async function hello(invite: Invite, signer: Identity, dialer = signer): Promise<string | null> {
  using conn = await dial(invite);
  await writeJson(
    conn,
    makeHello(signer.keyPem, {
      ticket: invite.ticket,
      listenerSha256: readPeerCertificate(invite.certificate).sha256,
      dialerSha256: sha256(dialer.certDer),
    }),
  );
  return await new LinkReader(conn).readLine();
}

/** The reply of a refusing listener. */
const refused = (reason: string) => `{"answer":"refused","reason":"${reason}"}`;

async function works(amy: TestClient, bob: TestClient): Promise<void> {
  await using _out = await amy.service.open(bob.account, "text");
  await using _into = await bob.nextLink();
}

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
    const binding = { ticket: toBob.ticket, listenerSha256, dialerSha256: sha256(amy.certDer) };
    await writeJson(conn, makeHello(amy.keyPem, binding));
    assert.equal(await new LinkReader(conn).readLine(), refused("proof"));
  });
  await t.step("is no way past a key that was pinned meanwhile", async () => {
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

Deno.test("the door", async (t) => {
  const identity = await makeIdentity();
  /** A client of its own for each step, so that no guest of another one is still on its way out. */
  const step = (
    name: string,
    work: (
      door: { wire: Wire; bob: TestClient; clock: FakeClock; invite: Invite },
    ) => Promise<void>,
  ) =>
    t.step(name, async () => {
      const clock = new FakeClock();
      const wire = new Wire();
      await using bob = await wire.join("bob", { clock });
      await work({ wire, bob, clock, invite: await invited(wire, "amy", identity, bob) });
    });
  const knock = ({ candidates: [candidate] }: Invite) => {
    assert.ok(candidate);
    return Deno.connect({ hostname: candidate.host, port: candidate.port });
  };
  await step("hangs up on garbage", async ({ invite }) => {
    const garbage = [
      utf8("GET / HTTP/1.1\r\n\r\n"),
      new Uint8Array(5_000),
      utf8("\x16\x03\x01\xff\xff"),
    ];
    for (const bytes of garbage) {
      using conn = await knock(invite);
      await conn.write(bytes);
      await conn.closeWrite();
      await readToEnd(conn);
    }
    assert.equal(await hello(invite, identity), '{"answer":"ok"}');
  });
  await step("hangs up on a slow hello after 5 seconds, however it trickles", async (door) => {
    const { invite, clock } = door;
    using conn = await dial(invite);
    await clock.sleeping(5_000);
    await conn.write(utf8('{"hello":'));
    clock.advance(4_999);
    await conn.write(utf8('"chat-peer/1"'));
    clock.advance(1);
    assert.equal(await readToEnd(conn), 0);
  });
  await step("hangs up on lies", async ({ invite }) => {
    const lines = ["", "hello", "{}", "null", '{"hello":"chat-peer/2"}', "x".repeat(600)];
    for (const line of lines) {
      using conn = await dial(invite);
      await conn.write(utf8(line + "\n"));
      assert.equal(await readToEnd(conn), 0, line);
    }
  });
  await step("serves others while many are silent, until they are too many", async (door) => {
    const { wire, bob, invite, clock } = door;
    await using crowd = new AsyncDisposableStack();
    const comeIn = async (count: number) => {
      for (let guest = 0; guest < count; guest++) crowd.use(await knock(invite));
    };
    await comeIn(MAX_UNPROVED);
    assert.equal(await hello(invite, identity), '{"answer":"ok"}');
    await (await bob.nextLink())[Symbol.asyncDispose]();
    clock.advance(5_000);
    await comeIn(MAX_UNPROVED);
    await using zoe = await wire.join("zoe");
    await works(zoe, bob);
    await assert.rejects(comeIn(200)); // refused or reset: nobody listens any more
    assert.deepEqual((await invited(wire, "eve", identity, bob)).candidates, []);
    await works(zoe, bob); // zoe is dialed
    assert.equal(bob.notices.at(-1)?.kind, "cannot-listen");
  });
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
  await t.step("garbage is told once", () => {
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

Deno.test("the parsers of notes, hellos and certificates let out ProtocolErrors alone", async () => {
  const { certDer } = await makeIdentity();
  const valid: Note[] = [
    { v: 1, type: "ask", id: newId(), purpose: "file", certificate: certDer.toBase64() },
    {
      v: 1,
      type: "invite",
      id: newId(),
      certificate: certDer.toBase64(),
      candidates: [{ host: "192.0.2.1", port: 4000 }, { host: "2001:db8::1", port: 65535 }],
      ticket: newSecret(),
    },
    { v: 1, type: "refuse", id: newId(), reason: "busy" },
    { v: 1, type: "unreachable", id: newId() },
    { v: 1, type: "relay", id: newId(), rendezvous: newSecret() },
  ];
  for (const note of valid) assert.deepEqual(parseNote(formatNote(note)), note);
  const only = (work: () => unknown) => {
    try {
      work();
    } catch (error) {
      assert.ok(error instanceof ProtocolError, String(error));
    }
  };
  const texts = valid.map(formatNote);
  const mutated = fc.tuple(fc.constantFrom(...texts), fc.nat(), fc.string({ maxLength: 3 }))
    .map(([text, at, piece]) => {
      const index = at % text.length;
      return text.slice(0, index) + piece + text.slice(index + 1);
    });
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), mutated), (text) => {
    only(() => parseNote(text));
  }));
  const bytes = fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 4 })).map(([at, piece]) => {
    const copy = certDer.slice();
    copy.set(piece, at % (copy.length - 4));
    return copy;
  });
  fc.assert(fc.property(fc.oneof(bytes, fc.uint8Array({ maxLength: 2_000 })), (der) => {
    only(() => readPeerCertificate(der.toBase64()));
  }));
  await fc.assert(fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async (text) => {
    let left: Uint8Array | null = utf8(text + "\n");
    const source = {
      read: (into: Uint8Array) => {
        if (left === null) return Promise.resolve(null);
        into.set(left);
        const { length } = left;
        left = null;
        return Promise.resolve(length);
      },
    };
    await assert.rejects(readHello(new LinkReader(source)), ProtocolError);
  }));
});

Deno.test("readPeerCertificate() takes no other name, key or encoding", async () => {
  const other = await makeCertificate({ names: [PEER_NAME, "chat.example"], days: 1 });
  const base64 = other.certPem.replace(/-----[^-]+-----|\s/g, "");
  assert.throws(() => readPeerCertificate(base64), { fault: "bad-shape" });
  const { certDer } = await makeIdentity();
  assert.throws(() => readPeerCertificate(certDer.slice(0, -1).toBase64()), { fault: "bad-shape" });
});

async function readToEnd(conn: Deno.Conn): Promise<number> {
  const buffer = new Uint8Array(4_096);
  let total = 0;
  try {
    while (true) {
      const count = await conn.read(buffer);
      if (count === null) return total;
      total += count;
    }
  } catch {
    return total; // a reset is an end, too
  }
}

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
