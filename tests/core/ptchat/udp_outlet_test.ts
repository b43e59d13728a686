import assert from "node:assert/strict";
import fc from "fast-check";
import { MAX_DATAGRAM_BYTES } from "../../../core/ptchat/datagrams.ts";
import {
  MAX_AMPLIFICATION,
  MAX_HELD_BYTES,
  MAX_PACED_BYTES,
  UdpOutlet,
  type Urgency,
} from "../../../core/ptchat/udp_outlet.ts";

const PROMPTS = ["* Welcome. Send: abcdef\n", "* Send: abcdef\n", "abcdef?\n"];

function sent(outlet: UdpOutlet, nowMs = 0, prompts: readonly string[] = []): string[] {
  return outlet.take(nowMs, prompts).datagrams.map((bytes) => new TextDecoder().decode(bytes));
}

/** Takes until nothing waits for the pace any more. */
function sentInTime(outlet: UdpOutlet): string {
  let all = "";
  for (let nowMs = 0;;) {
    const { datagrams, retryMs } = outlet.take(nowMs);
    for (const bytes of datagrams) {
      assert.ok(bytes.length <= MAX_DATAGRAM_BYTES);
      all += new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    }
    if (retryMs === undefined) return all;
    nowMs += retryMs;
  }
}

const urgency = fc.constantFrom<Urgency>("reply", "room", "later");
const step = fc.oneof(
  fc.record({ do: fc.constant("receive" as const), bytes: fc.nat(200) }),
  fc.record({
    do: fc.constant("offer" as const),
    text: fc.string({ maxLength: 120 }).map((text) => text.replaceAll("\n", " ") + "\n"),
    urgency,
  }),
  fc.record({ do: fc.constant("take" as const), prompt: fc.boolean() }),
);

Deno.test("UdpOutlet sends at most three times what came, whatever happens, until confirmed", () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const outlet = new UdpOutlet();
    let came = 0, went = 0;
    for (const now of steps) {
      if (now.do === "receive") outlet.received(now.bytes);
      if (now.do === "receive") came += now.bytes;
      if (now.do === "offer") outlet.offer(now.text, now.urgency);
      if (now.do === "take") {
        for (const text of sent(outlet, 0, now.prompt ? PROMPTS : [])) went += byteLength(text);
      }
      assert.ok(went <= MAX_AMPLIFICATION * came, `${went} bytes for ${came}`);
    }
    went += outlet.takeLast(["* Goodbye: Signed out.\n", "* Bye.\n"])?.length ?? 0;
    assert.ok(went <= MAX_AMPLIFICATION * came);
  }));
});

Deno.test("UdpOutlet loses nothing of what it holds back, and keeps the order of each kind", () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const outlet = new UdpOutlet();
    const offered: Record<Urgency, string> = { reply: "", room: "", later: "" };
    let count = 0, all = "";
    for (const now of steps) {
      if (now.do === "receive") outlet.received(now.bytes);
      if (now.do === "take") all += sent(outlet).join("");
      if (now.do !== "offer") continue;
      const line = `${now.urgency} ${count++}\n`;
      outlet.offer(line, now.urgency);
      offered[now.urgency] += line;
    }
    assert.ok(!all.includes("later"));
    outlet.confirm("code");
    all += sentInTime(outlet);
    for (const [kind, lines] of Object.entries(offered)) {
      assert.equal(all.split(/(?<=\n)/).filter((line) => line.startsWith(kind)).join(""), lines);
    }
    assert.equal(outlet.waitingBytes, 0);
  }));
});

Deno.test("UdpOutlet spends a small budget on replies first, a large one in order", () => {
  const outlet = new UdpOutlet();
  outlet.offer("bob: one\n", "room");
  outlet.offer("amy: two\n", "reply");
  outlet.received(3);
  assert.deepEqual(sent(outlet), ["amy: two\n"]);
  outlet.offer("amy: three\n", "reply");
  outlet.received(10);
  assert.deepEqual(sent(outlet), ["bob: one\namy: three\n"]);
});

Deno.test("UdpOutlet asks for the code where something is held back, with what is left", () => {
  const outlet = new UdpOutlet();
  outlet.received(12);
  outlet.offer("* You are amy.\n", "reply");
  outlet.offer("* The last lines...\n", "later");
  assert.deepEqual(outlet.take(0, PROMPTS).prompted, true);
  assert.deepEqual(sent(outlet, 0, PROMPTS), []);
  outlet.received(1);
  assert.deepEqual(sent(outlet, 0, PROMPTS), ["abcdef?\n"]);
  outlet.confirm("code");
  assert.deepEqual(sent(outlet, 0, PROMPTS), ["* The last lines...\n"]);
});

Deno.test("UdpOutlet asks for no code where nothing is held back", () => {
  const outlet = new UdpOutlet();
  outlet.received(20);
  outlet.offer("amy: hi\n", "reply");
  assert.deepEqual(sent(outlet, 0, PROMPTS), ["amy: hi\n"]);
});

Deno.test("UdpOutlet keeps room for the code when a reply would take all there is", () => {
  const outlet = new UdpOutlet();
  outlet.received(4);
  outlet.offer("12 bytes...\n", "reply");
  outlet.offer("more\n", "later");
  assert.deepEqual(sent(outlet, 0, PROMPTS), ["abcdef?\n"]);
});

Deno.test("UdpOutlet holds a reply of more than a datagram back for later", () => {
  const outlet = new UdpOutlet();
  outlet.received(10_000);
  outlet.offer("a line\n".repeat(150), "reply");
  outlet.offer("amy: hi\n", "reply");
  assert.deepEqual(sent(outlet), ["amy: hi\n"]);
  outlet.confirm("code");
  assert.equal(sent(outlet).join(""), "a line\n".repeat(150));
});

Deno.test("UdpOutlet tells how many lines it had no room for", () => {
  const outlet = new UdpOutlet();
  outlet.received(1_000);
  for (let n = 0; n < 200; n++) outlet.offer(`${"x".repeat(100)}\n`, "later");
  outlet.offer("still heard\n", "reply");
  assert.ok(outlet.waitingBytes <= 2 * MAX_HELD_BYTES);
  const before = sent(outlet).join("");
  assert.match(before, /^still heard\n/);
  const left = Number(/(\d+) lines were left out/.exec(before + sent(outlet).join(""))?.[1]);
  outlet.confirm("code");
  assert.equal(sentInTime(outlet).split("x\n").length - 1, 200 - left);
});

Deno.test("UdpOutlet sends to a confirmed address at a pace", () => {
  const outlet = new UdpOutlet();
  outlet.confirm("code");
  const line = `${"y".repeat(999)}\n`;
  for (let n = 0; n < 300; n++) outlet.offer(line, "room");
  assert.ok(outlet.waitingBytes <= MAX_PACED_BYTES);
  const first = outlet.take(0);
  assert.ok(first.datagrams.length >= 60 && first.datagrams.length <= 66);
  assert.ok(first.retryMs! > 0);
  const rest = sentInTime(outlet);
  assert.match(rest, /^\* \d+ lines were left out: too much waited\.$/m);
});

Deno.test("UdpOutlet goes easy on an address that a password confirmed, until the code comes", () => {
  const outlet = new UdpOutlet();
  outlet.confirm("password");
  for (let n = 0; n < 100; n++) outlet.offer(`${"z".repeat(999)}\n`, "room");
  const first = outlet.take(0);
  assert.equal(first.datagrams.length, 16);
  assert.ok(first.retryMs! > 50);
  assert.equal(outlet.take(10_000).datagrams.length, 16);
  outlet.confirm("code");
  assert.equal(outlet.take(10_000).datagrams.length, 65);
  outlet.confirm("password");
  assert.equal(outlet.confirmation, "code");
});

Deno.test("UdpOutlet ends with the first last words that fit, and without what waited", () => {
  const texts = ["* Goodbye: Signed out.\n", "* Bye.\n"];
  const outlet = new UdpOutlet();
  outlet.offer("* A reply of some length.\n", "reply");
  assert.equal(outlet.takeLast(texts), undefined);
  outlet.received(3);
  assert.equal(outlet.takeLast(texts)?.length, texts[1]!.length);
  assert.equal(outlet.waitingBytes, 0);
  outlet.confirm("code");
  assert.equal(outlet.takeLast(texts)?.length, texts[0]!.length);
});

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
