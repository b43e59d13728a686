import assert from "node:assert/strict";
import fc from "fast-check";
import {
  CODE_LIFE_MS,
  MAX_AMPLIFICATION,
  UdpChallenge,
} from "../../../core/ptchat/udp_challenge.ts";
import {
  DUPLICATE_MS,
  REMINDER_MS,
  SILENCE_MS,
  UdpSessions,
} from "../../../core/ptchat/udp_sessions.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const AMY = "192.0.2.1:5000";
const BOB = "192.0.2.2:5000";

function withSession() {
  const challenge = new UdpChallenge(new Uint8Array(32).fill(7));
  const sessions = new UdpSessions(challenge);
  sessions.receive(AMY, bytes(challenge.codeFor(AMY, 0)), 0);
  return { challenge, sessions };
}

Deno.test("UdpChallenge answers a stranger with at most three times what came", () => {
  const challenge = new UdpChallenge(new Uint8Array(32));
  fc.assert(fc.property(fc.nat(2000), fc.nat(), (length, nowMs) => {
    const answer = challenge.answer(AMY, length, nowMs);
    assert.ok(bytes(answer ?? "").length <= MAX_AMPLIFICATION * length);
    assert.equal(answer === undefined, length < 3);
  }));
});

Deno.test("UdpChallenge takes a code from its own address, for as long as it lives", () => {
  const challenge = new UdpChallenge(new Uint8Array(32));
  const code = challenge.codeFor(AMY, 0);
  assert.match(code, /^[a-z2-9]{6}$/);
  assert.ok(challenge.isCode(AMY, ` ${code.toUpperCase()} `, 2 * CODE_LIFE_MS - 1));
  assert.ok(!challenge.isCode(AMY, code, 2 * CODE_LIFE_MS));
  assert.ok(!challenge.isCode(BOB, code, 0));
  assert.ok(!new UdpChallenge(new Uint8Array(32).fill(1)).isCode(AMY, code, 0));
});

Deno.test("UdpSessions gives a stranger no session, whatever it sends", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (datagrams) => {
    const sessions = new UdpSessions(new UdpChallenge(new Uint8Array(32)));
    for (const datagram of datagrams) {
      const arrival = sessions.receive(AMY, datagram, 0);
      assert.ok(arrival.kind === "challenged" || arrival.kind === "ignored");
    }
    assert.equal(sessions.size, 0);
  }));
});

Deno.test("UdpSessions gives the lines of a datagram once, however often it arrives", () => {
  const { sessions } = withSession();
  const datagram = bytes("hi\n");
  assert.deepEqual(sessions.receive(AMY, datagram, 10), {
    kind: "lines",
    lines: [{ kind: "text", text: "hi" }],
  });
  assert.equal(sessions.receive(AMY, datagram, 11).kind, "duplicate");
  assert.equal(sessions.receive(AMY, bytes("ho\n"), 12).kind, "lines");
  assert.equal(sessions.receive(AMY, datagram, 13).kind, "duplicate");
  assert.equal(sessions.receive(AMY, datagram, 10 + DUPLICATE_MS).kind, "lines");
});

Deno.test("UdpSessions never takes the code for something to say", () => {
  const { challenge, sessions } = withSession();
  const code = bytes(`${challenge.codeFor(AMY, 0)}\n`);
  assert.equal(sessions.receive(AMY, code, 1_000).kind, "duplicate");
});

Deno.test("UdpSessions reminds a silent user once, then ends the session", () => {
  const { sessions } = withSession();
  assert.deepEqual(sessions.tick(REMINDER_MS - 1), []);
  assert.deepEqual(sessions.tick(REMINDER_MS), [{ kind: "remind", address: AMY }]);
  assert.deepEqual(sessions.tick(REMINDER_MS + 1), []);
  assert.deepEqual(sessions.tick(SILENCE_MS), [{ kind: "ended", address: AMY }]);
  assert.equal(sessions.has(AMY), false);
});

Deno.test("UdpSessions starts the silence anew with each datagram", () => {
  const { challenge, sessions } = withSession();
  sessions.receive(BOB, bytes(challenge.codeFor(BOB, 0)), 1);
  sessions.receive(AMY, bytes("here"), REMINDER_MS);
  assert.deepEqual(sessions.tick(SILENCE_MS + 1), [{ kind: "ended", address: BOB }]);
  assert.deepEqual(sessions.tick(2 * REMINDER_MS), [{ kind: "remind", address: AMY }]);
  sessions.end(AMY);
  assert.deepEqual(sessions.tick(9 * SILENCE_MS), []);
});
