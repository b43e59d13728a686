import assert from "node:assert/strict";
import type { Note } from "../../../../core/peer/calls/note.ts";
import { ANSWER_MS } from "../../../../core/peer/calls/outgoing_call.ts";
import type { PeerLink } from "../../../../core/peer/mod.ts";
import { eventually } from "../../../helpers/eventually.ts";
import { FakeClock } from "../fake_clock.ts";
import { blackHole, deadPort, makeIdentity, utf8, Wire } from "../support.ts";

/** Says something each way and compares. */
async function converse(a: PeerLink, b: PeerLink): Promise<void> {
  await a.conn.write(utf8("to b\n"));
  assert.equal(await b.reader.readLine(), "to b");
  await b.conn.write(utf8("to a\n"));
  assert.equal(await a.reader.readLine(), "to a");
}

Deno.test("PeerService opens a link in both directions, and says who is there", async () => {
  const wire = new Wire();
  await using amy = await wire.join("amy");
  await using bob = await wire.join("bob");
  await using out = await amy.service.open("bob", "text");
  await using into = await bob.nextLink();
  await converse(out, into);
  assert.deepEqual(
    [out.account, out.purpose, out.pin, out.firstSeen, out.caller, out.via],
    ["bob", "text", bob.identity.pin, true, true, "direct"],
  );
  assert.deepEqual(
    [into.account, into.purpose, into.pin, into.firstSeen, into.caller, into.via],
    ["amy", "text", amy.identity.pin, true, false, "direct"],
  );
  assert.match(out.remote, /^127\.0\.0\.1:\d+$/);
  assert.deepEqual(amy.notices, [{ kind: "pinned", account: "bob", pin: bob.identity.pin }]);
  assert.deepEqual(bob.notices, [{ kind: "pinned", account: "amy", pin: amy.identity.pin }]);

  await using back = await bob.service.open("amy", "file");
  await using arrived = await amy.nextLink();
  await converse(back, arrived);
  assert.deepEqual([back.firstSeen, arrived.firstSeen, arrived.purpose], [false, false, "file"]);
  assert.equal(bob.notices.length, 1);
});

Deno.test("PeerService gives a link the bytes that came together with the hello", async () => {
  const wire = new Wire();
  await using amy = await wire.join("amy");
  await using bob = await wire.join("bob");
  bob.service.onLink((link) => void link.conn.write(utf8("first\n")), "stream");
  await using out = await amy.service.open("bob", "stream");
  assert.equal(await out.reader.readLine(), "first");
});

Deno.test("PeerService opens many links at once, both ways", async () => {
  const wire = new Wire();
  await using amy = await wire.join("amy", { clock: new FakeClock() });
  await using bob = await wire.join("bob", { clock: new FakeClock() });
  const links = await Promise.all(
    Array.from({ length: 8 }, () => [
      amy.service.open("bob", "file"),
      bob.service.open("amy", "file"),
    ]).flat(),
  );
  await eventually(() => amy.links.length === 8 && bob.links.length === 8);
  assert.equal(new Set(links.map((link) => link.conn)).size, 16);
  assert.equal([...amy.notices, ...bob.notices].length, 2, "pinned once each");
});

Deno.test("PeerService refuses a changed key until it is trusted, on either side", async (t) => {
  await t.step("the callee's", async () => {
    const wire = new Wire();
    await using amy = await wire.join("amy");
    await using bob = await wire.join("bob");
    amy.peers.pins.set("bob", "ab".repeat(32));
    await assert.rejects(amy.service.open("bob", "text"), {
      name: "PeerError",
      fault: "untrusted",
    });
    const pinned = "ab".repeat(32);
    assert.deepEqual(amy.notices, [
      { kind: "refused-changed-key", account: "bob", pin: bob.identity.pin, pinned },
    ]);
    assert.equal(amy.peers.refused.get("bob"), bob.identity.pin);
    assert.equal(bob.links.length, 0);
    amy.peers.pins.set("bob", bob.identity.pin);
    await using _ = await amy.service.open("bob", "text");
  });
  await t.step("the caller's", async () => {
    const wire = new Wire();
    await using amy = await wire.join("amy");
    await using bob = await wire.join("bob");
    bob.peers.pins.set("amy", "ab".repeat(32));
    await assert.rejects(amy.service.open("bob", "text"), { fault: "refused" });
    assert.equal(bob.notices[0]?.kind, "refused-changed-key");
    assert.equal(amy.peers.pins.size, 0, "nothing was proved, so nothing is pinned");
  });
  await t.step("but not a renewed certificate of the same key", async () => {
    const wire = new Wire();
    const old = await makeIdentity();
    const renewed = await makeIdentity(old.keyPem);
    await using amy = await wire.join("amy", { identity: renewed });
    await using bob = await wire.join("bob");
    bob.peers.pins.set("amy", old.pin);
    await using out = await amy.service.open("bob", "text");
    await using into = await bob.nextLink();
    await converse(out, into);
    assert.notDeepEqual(old.certDer, renewed.certDer);
  });
});

Deno.test("PeerService says so when nobody answers", async (t) => {
  await t.step("for want of a client", async () => {
    const clock = new FakeClock();
    const wire = new Wire();
    await using amy = await wire.join("amy", { clock });
    const opening = amy.service.open("bob", "text");
    await clock.sleeping(ANSWER_MS.text);
    clock.advance(ANSWER_MS.text);
    await assert.rejects(opening, { fault: "no-answer" });
  });
  await t.step("because the note could not be carried", async () => {
    const wire = new Wire();
    wire.meddle = () => Promise.reject(new Error("no such nick"));
    await using amy = await wire.join("amy");
    await assert.rejects(amy.service.open("bob", "text"), { fault: "no-answer" });
  });
  await t.step("and stops at once when told to", async () => {
    const wire = new Wire();
    await using amy = await wire.join("amy");
    const stop = new AbortController();
    const opening = amy.service.open("bob", "text", { signal: stop.signal });
    stop.abort(new Error("changed my mind"));
    await assert.rejects(opening, { message: "changed my mind" });
  });
  await t.step("and when the service closes meanwhile", async () => {
    const wire = new Wire();
    const amy = await wire.join("amy");
    const opening = amy.service.open("bob", "text");
    const failed = assert.rejects(opening, { fault: "closed" });
    await amy[Symbol.asyncDispose]();
    await failed;
    await assert.rejects(amy.service.open("bob", "text"), { fault: "closed" });
    await amy[Symbol.asyncDispose]();
  });
});

Deno.test("PeerService turns down what nobody wants, and calls to oneself", async () => {
  const wire = new Wire();
  await using amy = await wire.join("amy");
  await using _bob = await wire.join("bob", { handle: ["text"] });
  await using _eve = await wire.join("eve", { accepts: (_account, purpose) => purpose === "file" });
  await assert.rejects(amy.service.open("bob", "file"), { fault: "refused" });
  await assert.rejects(amy.service.open("eve", "text"), { fault: "refused" });
  await using _link = await amy.service.open("eve", "file");
  await assert.rejects(amy.service.open("AMY", "text"), { fault: "refused" });
  await assert.rejects(amy.service.open("a b", "text"), RangeError);
});

Deno.test("PeerService says whether a file or a stream goes on with an account", async () => {
  const wire = new Wire();
  await using amy = await wire.join("amy");
  await using bob = await wire.join("bob");
  await using _text = await amy.service.open("bob", "text");
  assert.equal(amy.service.isBusyWith("bob"), false);
  {
    await using _stream = await amy.service.open("bob", "stream");
    await bob.nextLink();
    await bob.nextLink();
    assert.deepEqual([amy.service.isBusyWith("BOB"), bob.service.isBusyWith("amy")], [true, true]);
    assert.equal(amy.service.isBusyWith("eve"), false);
  }
  assert.equal(amy.service.isBusyWith("bob"), false);
});

Deno.test("PeerService finds the one candidate that answers", async () => {
  await using hole = blackHole("127.0.0.2");
  const wire = new Wire();
  wire.meddle = (note) => {
    if (note.type !== "invite") return note;
    const bad = [
      { host: "127.0.0.2", port: hole.port },
      { host: "127.0.0.3", port: deadPort() },
    ];
    return { ...note, candidates: [...bad, ...note.candidates] };
  };
  await using amy = await wire.join("amy", { clock: new FakeClock() });
  await using bob = await wire.join("bob");
  await using out = await amy.service.open("bob", "text");
  await using into = await bob.nextLink();
  await converse(out, into);
  assert.equal(wire.notes.length, 2, "nobody had to call back");
});

Deno.test("PeerService is dialed when it cannot dial", async (t) => {
  const dead = (note: Note, by: string, from: string): Note =>
    note.type === "invite" && from === by
      ? { ...note, candidates: [{ host: "127.0.0.1", port: deadPort() }] }
      : note;
  await t.step("because the callee's candidates are dead", async () => {
    const wire = new Wire();
    wire.meddle = (note, from) => dead(note, "bob", from);
    await using amy = await wire.join("amy");
    await using bob = await wire.join("bob");
    await using out = await amy.service.open("bob", "file");
    await using into = await bob.nextLink();
    await converse(out, into);
    assert.deepEqual([out.caller, into.caller], [true, false]);
    assert.deepEqual([out.account, into.account], ["bob", "amy"]);
    assert.deepEqual(wire.notes.map(({ note }) => note.type), ["ask", "invite", "invite"]);
  });
  await t.step("because they swallow everything", async () => {
    await using hole = blackHole();
    const clock = new FakeClock();
    const wire = new Wire();
    wire.meddle = (note, from) =>
      note.type === "invite" && from === "bob"
        ? { ...note, candidates: [{ host: "127.0.0.1", port: hole.port }] }
        : note;
    await using amy = await wire.join("amy", { clock });
    await using bob = await wire.join("bob");
    const opening = amy.service.open("bob", "text");
    await clock.sleeping(700);
    clock.advance(700);
    await using out = await opening;
    await using into = await bob.nextLink();
    await converse(out, into);
  });
  await t.step("and says so when neither can", async () => {
    const wire = new Wire();
    wire.meddle = (note, from) => dead(note, from, from);
    await using amy = await wire.join("amy");
    await using bob = await wire.join("bob");
    await assert.rejects(amy.service.open("bob", "text"), { fault: "unreachable" });
    assert.deepEqual(wire.notes.at(-1)?.note.type, "unreachable");
    assert.equal(bob.links.length, 0);
  });
});

Deno.test("PeerService makes one link of a call that gets through both ways at once", async () => {
  for (let round = 0; round < 10; round++) {
    const wire = new Wire();
    const clock = new FakeClock();
    const invited = Promise.withResolvers<void>();
    wire.meddle = (note, from) => {
      if (note.type === "invite" && from === "bob") invited.resolve();
      return note;
    };
    await using amy = await wire.join("amy", { clock });
    await using bob = await wire.join("bob");
    const opening = amy.service.open("bob", "text");
    await invited.promise;
    const overdue = clock.sleeping(700).then(() => clock.advance(700));
    await using out = await opening;
    await using into = await bob.nextLink();
    await converse(out, into);
    await Promise.race([overdue, Promise.resolve()]);
    assert.equal(bob.links.length, 0);
  }
});
