import assert from "node:assert/strict";
import { writeAll } from "../../../../core/peer/links/json_lines.ts";
import { formatTextLine, parseTextLine } from "../../../../core/peer/texts/text_line.ts";
import { FakeClock } from "../fake_clock.ts";
import { utf8, Wire } from "../support.ts";
import { talker } from "./talker.ts";

Deno.test("TextLinks pings a silent link, keeps it when it answers, and gives it up when not", async () => {
  const clock = new FakeClock();
  const wire = new Wire();
  await using amy = await talker(wire, "amy", clock);
  await using bob = await wire.join("bob", { handle: ["text"] });
  const sending = amy.texts.send("bob", { id: "1", text: "hi" });
  await using link = await bob.nextLink();
  await link.reader.readLine();
  await link.conn.write(utf8('{"ack":"1"}\n'));
  await sending;
  const nextPing = async () => {
    for (let step = 0; step < 2; step++) {
      await clock.sleeping(15_000);
      clock.advance(15_000);
    }
    const ping = parseTextLine(await link.reader.readLine() ?? "");
    assert.ok("ping" in ping);
    return ping.ping;
  };
  await link.conn.write(formatTextLine({ pong: await nextPing() }));
  const second = amy.texts.send("bob", { id: "2", text: "still there" });
  assert.match(await link.reader.readLine() ?? "", /still there/);
  await link.conn.write(utf8('{"ack":"2"}\n'));
  await second;
  await nextPing();
  await clock.sleeping(15_000);
  clock.advance(15_000);
  assert.equal(await link.reader.readLine(), null);
});

Deno.test("TextLinks says bye on a link that nobody uses, and still takes what was on its way", async () => {
  const clock = new FakeClock();
  const wire = new Wire();
  await using amy = await wire.join("amy");
  await using bob = await talker(wire, "bob", clock, { idleMs: 15_000 });
  await using link = await amy.service.open("bob", "text");
  await clock.sleeping(15_000);
  clock.advance(15_000);
  assert.equal(await link.reader.readLine(), '{"bye":true}');
  await link.conn.write(formatTextLine({ id: "1", text: "late", kind: "message" }));
  assert.equal(await link.reader.readLine(), '{"ack":"1"}');
  assert.equal(bob.received.length, 1);
  await link[Symbol.asyncDispose]();
  const anew = bob.texts.send("amy", { id: "2", text: "anew" });
  await using second = await amy.nextLink();
  assert.match(await second.reader.readLine() ?? "", /anew/);
  await second.conn.write(utf8('{"ack":"2"}\n'));
  await anew;
});

Deno.test("TextLinks keeps an idle link as long as something else needs it", async () => {
  const clock = new FakeClock();
  const wire = new Wire();
  let isNeeded = true;
  await using amy = await wire.join("amy");
  await using bob = await talker(wire, "bob", clock, { idleMs: 15_000 }, () => isNeeded);
  await using link = await amy.service.open("bob", "text");
  await clock.sleeping(15_000);
  clock.advance(15_000);
  await clock.sleeping(15_000);
  await link.conn.write(formatTextLine({ id: "1", text: "hello", kind: "message" }));
  assert.equal(await link.reader.readLine(), '{"ack":"1"}');
  assert.equal(bob.received.length, 1);
  isNeeded = false;
  clock.advance(15_000);
  assert.equal(await link.reader.readLine(), '{"bye":true}');
});

Deno.test("TextLinks closes a link on a bye, once what it sent itself has arrived", async () => {
  const wire = new Wire();
  await using amy = await wire.join("amy");
  await using bob = await talker(wire, "bob");
  const sending = bob.texts.send("amy", { id: "1", text: "wait" });
  await using link = await amy.nextLink();
  await link.reader.readLine();
  await link.conn.write(utf8('{"bye":true}\n{"ping":1}\n'));
  assert.equal(await link.reader.readLine(), '{"pong":1}');
  await link.conn.write(utf8('{"ack":"1"}\n'));
  await sending;
  assert.equal(await link.reader.readLine(), null);
});

Deno.test("TextLinks ends a link whose lines make no sense, and stays well", async () => {
  const wire = new Wire();
  await using amy = await wire.join("amy");
  await using bob = await talker(wire, "bob");
  const nonsense = ["", "hello", "{}", '{"id":"1"}', '{"ack":"1","more":true}', '{"bye":false}'];
  for (
    const line of [...nonsense, '{"id":"a b","text":"x","kind":"message"}', "x".repeat(70_000)]
  ) {
    await using link = await amy.service.open("bob", "text");
    await writeAll(link.conn, utf8(line + "\n"));
    assert.equal(await link.reader.readLine(), null, line.slice(0, 40));
  }
  await using link = await amy.service.open("bob", "text");
  await link.conn.write(utf8('{"ack":"never sent"}\n{"pong":3}\n{"ping":4}\n'.replace(" s", "-s")));
  assert.equal(await link.reader.readLine(), '{"pong":4}');
  assert.deepEqual(bob.received, []);
});
