import assert from "node:assert/strict";
import { PEER_PROTOCOL } from "../../../../core/peer/links/hello.ts";
import { LinkReader, writeAll } from "../../../../core/peer/links/json_lines.ts";
import { TEXT_RATE } from "../../../../core/peer/texts/text_conversation.ts";
import { formatTextLine } from "../../../../core/peer/texts/text_line.ts";
import { dial, invited, sayHelloOn } from "../attackers.ts";
import { FakeClock } from "../fake_clock.ts";
import { makeIdentity, utf8, Wire } from "../support.ts";
import { talker } from "./talker.ts";

Deno.test("TextLinks carries messages both ways over one link", async () => {
  const wire = new Wire();
  await using amy = await talker(wire, "amy");
  await using bob = await talker(wire, "bob");
  assert.deepEqual(await amy.texts.send("bob", { id: "1", text: "hello" }), { direct: true });
  await bob.texts.send("amy", { id: "1", text: "waves\nat \x1b[2J amy", action: true });
  await amy.texts.send("Bob", { id: "2", text: "\u{1f44b}" });
  assert.deepEqual(bob.received, [
    { account: "amy", id: "1", text: "hello", action: false },
    { account: "amy", id: "2", text: "\u{1f44b}", action: false },
  ]);
  assert.deepEqual(amy.received, [
    { account: "bob", id: "1", text: "waves\nat \ufffd[2J amy", action: true },
  ]);
  assert.deepEqual([amy.links.length, bob.links.length], [1, 1]);
});

Deno.test("TextLinks keeps the order of messages sent without waiting", async () => {
  const wire = new Wire();
  await using amy = await talker(wire, "amy");
  await using bob = await talker(wire, "bob");
  const ids = Array.from({ length: TEXT_RATE.burst }, (_, index) => `m${index}`);
  await Promise.all(ids.map((id) => amy.texts.send("bob", { id, text: id })));
  assert.deepEqual(bob.received.map(({ id }) => id), ids);
});

Deno.test("TextLinks reads no faster than one person may write, and loses nothing", async () => {
  const wire = new Wire();
  const clock = new FakeClock();
  await using amy = await wire.join("amy", { handle: [] });
  await using bob = await talker(wire, "bob", clock);
  await using link = await amy.service.open("bob", "text");
  const count = TEXT_RATE.burst + 40;
  const ids = Array.from({ length: count }, (_, index) => `${index}`);
  const flood = ids.map((id) => formatTextLine({ id, text: "spam", kind: "message" }));
  await writeAll(link.conn, utf8(flood.map((line) => new TextDecoder().decode(line)).join("")));
  await clock.sleeping(50);
  assert.equal(bob.received.length, TEXT_RATE.burst);
  for (let more = 1; more <= 40; more++) {
    await clock.sleeping(50);
    assert.equal(bob.received.length, TEXT_RATE.burst + more - 1);
    clock.advance(50);
  }
  for (const id of ids) assert.equal(await link.reader.readLine(), `{"ack":"${id}"}`);
  assert.deepEqual(bob.received.map((message) => message.id), ids);
});

Deno.test("TextLinks gives a flood that comes over a new link no new allowance", async () => {
  const wire = new Wire();
  const clock = new FakeClock();
  await using amy = await wire.join("amy", { handle: [] });
  await using bob = await talker(wire, "bob", clock);
  for (let round = 1; round <= 3; round++) {
    await using link = await amy.service.open("bob", "text");
    const lines = Array.from(
      { length: TEXT_RATE.burst + 1 },
      (_, number) => `{"id":"${round}.${number}","text":"spam","kind":"message"}\n`,
    );
    await writeAll(link.conn, utf8(lines.join("")));
    await clock.sleeping(50, round);
  }
  assert.equal(bob.received.length, TEXT_RATE.burst);
});

Deno.test("TextLinks writes no faster than the other side reads", async () => {
  const wire = new Wire();
  const clock = new FakeClock();
  await using amy = await talker(wire, "amy", clock);
  await using bob = await talker(wire, "bob", clock);
  const sent = Array.from(
    { length: TEXT_RATE.burst + 1 },
    (_, index) => amy.texts.send("bob", { id: `${index}`, text: "hello" }),
  );
  await Promise.all(sent.slice(0, -1));
  await clock.sleeping(50);
  assert.equal(bob.received.length, TEXT_RATE.burst);
  clock.advance(50);
  await sent.at(-1);
  assert.equal(bob.received.length, TEXT_RATE.burst + 1);
});

Deno.test("TextLinks carries notes over an open link, and opens none for them", async () => {
  const wire = new Wire();
  await using amy = await talker(wire, "amy");
  await using bob = await talker(wire, "bob");
  const notes: [account: string, note: string][] = [];
  bob.texts.onNote((account, note) => notes.push([account, note]));
  assert.equal(await amy.texts.trySendNote("bob", "{}"), false);
  assert.equal(amy.links.length, 0);
  await amy.texts.send("bob", { id: "1", text: "hello" });
  assert.equal(await amy.texts.trySendNote("BOB", '{"one":1}'), true);
  assert.deepEqual(notes, [["amy", '{"one":1}']]);
  amy.links[0]?.conn.close();
  assert.equal(await amy.texts.trySendNote("bob", "{}"), false, "the link has died");
});

Deno.test("TextLinks gives up on a note over a link that answers no more", async () => {
  const wire = new Wire();
  const clock = new FakeClock();
  await using amy = await talker(wire, "amy", clock);
  await using bob = await wire.join("bob", { handle: ["text"] });
  const sending = amy.texts.send("bob", { id: "1", text: "hello" }).catch(() => {});
  await using link = await bob.nextLink();
  await link.reader.readLine();
  const note = amy.texts.trySendNote("bob", "{}");
  await clock.sleeping(1_500);
  clock.advance(1_500);
  assert.equal(await note, false);
  await link[Symbol.asyncDispose]();
  await sending;
});

Deno.test("TextLinks sends an older client no notes, and takes none of it", async () => {
  const wire = new Wire();
  await using bob = await talker(wire, "bob");
  const identity = await makeIdentity();
  const notes: string[] = [];
  bob.texts.onNote((_, note) => notes.push(note));
  const invite = await invited(wire, "amy", identity, bob.client);
  using conn = await dial(invite, [PEER_PROTOCOL]);
  await sayHelloOn(conn, invite, identity);
  const reader = new LinkReader(conn);
  assert.equal(await reader.readLine(), '{"answer":"ok"}');
  const sending = bob.texts.send("amy", { id: "1", text: "hello" });
  assert.equal(await reader.readLine(), '{"id":"1","text":"hello","kind":"message"}');
  await writeAll(conn, utf8('{"ack":"1"}\n'));
  await sending;
  assert.equal(await bob.texts.trySendNote("amy", "{}"), false);
  await writeAll(conn, utf8('{"id":"2","note":"{}"}\n'));
  assert.equal(await reader.readLine().catch(() => null), null, "the link has ended");
  assert.deepEqual(notes, []);
});

Deno.test("TextLinks makes one conversation of calls from both sides in the same instant", async () => {
  for (let round = 0; round < 5; round++) {
    const wire = new Wire();
    await using amy = await talker(wire, "amy");
    await using bob = await talker(wire, "bob");
    const ids = Array.from({ length: 20 }, (_, index) => `m${index}`);
    await Promise.all(ids.flatMap((id) => [
      amy.texts.send("bob", { id, text: "a" }),
      bob.texts.send("amy", { id, text: "b" }),
    ]));
    assert.deepEqual(bob.received.map(({ id }) => id), ids);
    assert.deepEqual(amy.received.map(({ id }) => id), ids);
  }
});

Deno.test("TextLinks rejects when the link dies before the receipt, then opens another", async () => {
  const wire = new Wire();
  await using amy = await talker(wire, "amy");
  await using bob = await wire.join("bob", { handle: ["text"] });
  const sending = amy.texts.send("bob", { id: "1", text: "lost?" });
  const first = await bob.nextLink();
  assert.match(await first.reader.readLine() ?? "", /lost/);
  const rejected = assert.rejects(sending, { name: "PeerError", fault: "closed" });
  await first[Symbol.asyncDispose]();
  await rejected;
  const again = amy.texts.send("bob", { id: "1", text: "lost?" });
  await using second = await bob.nextLink();
  assert.match(await second.reader.readLine() ?? "", /lost/);
  await second.conn.write(utf8('{"ack":"1"}\n'));
  await again;
});

Deno.test("TextLinks delivers a message once, though it comes twice over different links", async () => {
  const wire = new Wire();
  await using amy = await wire.join("amy");
  await using bob = await talker(wire, "bob");
  for (let round = 0; round < 2; round++) {
    await using link = await amy.service.open("bob", "text");
    for (let copy = 0; copy < 2; copy++) {
      await link.conn.write(formatTextLine({ id: "7", text: "hi", kind: "message" }));
      assert.equal(await link.reader.readLine(), '{"ack":"7"}');
    }
  }
  assert.equal(bob.received.length, 1);
});

Deno.test("TextLinks tells everyone who waited that no link can be opened, and tries anew later", async () => {
  const wire = new Wire();
  let asks = 0;
  wire.meddle = () => {
    asks++;
    return Promise.reject(new Error("no such nick"));
  };
  await using amy = await talker(wire, "amy");
  const results = await Promise.allSettled(
    ["1", "2", "3"].map((id) => amy.texts.send("bob", { id, text: "hi" })),
  );
  assert.deepEqual(
    results.map((result) => result.status === "rejected" && result.reason.fault),
    ["no-answer", "no-answer", "no-answer"],
  );
  assert.equal(asks, 1);
  await assert.rejects(amy.texts.send("bob", { id: "4", text: "hi" }), { fault: "no-answer" });
  assert.equal(asks, 2);
});

Deno.test("TextLinks refuses at once what is too long, empty, or under way", async () => {
  const wire = new Wire();
  await using amy = await talker(wire, "amy");
  await using _bob = await talker(wire, "bob");
  await amy.texts.send("bob", { id: "0", text: "x".repeat(65_000) });
  await assert.rejects(amy.texts.send("bob", { id: "1", text: "x".repeat(65_536) }), RangeError);
  await assert.rejects(amy.texts.send("bob", { id: "2", text: "" }), RangeError);
  const first = amy.texts.send("bob", { id: "3", text: "a" });
  await assert.rejects(amy.texts.send("bob", { id: "3", text: "a" }), RangeError);
  await first;
});
