import assert from "node:assert/strict";
import { UdpChallenge } from "../../../core/ptchat/udp_challenge.ts";
import {
  DUPLICATE_MS,
  REMINDER_MS,
  UDP_SILENCE_MS,
  UdpSessions,
} from "../../../core/ptchat/udp_sessions.ts";

const AMY = "192.0.2.1 5000";
const BOB = "192.0.2.2 5000";

const challenge = new UdpChallenge(new Uint8Array(32).fill(7));

function datagram(text: string, nowMs: number, from = AMY) {
  return { from, bytes: new TextEncoder().encode(text), nowMs };
}

function withSession(): UdpSessions<string> {
  const sessions = new UdpSessions<string>(challenge);
  sessions.open(datagram("hello", 0), "amy");
  return sessions;
}

Deno.test("UdpSessions knows a stranger until a session is opened", () => {
  const sessions = new UdpSessions<string>(challenge);
  const first = datagram("hello\n", 0);
  const lines = [{ kind: "text", text: "hello" }];
  const stranger = { kind: "stranger", lines, gaveCode: false };
  assert.deepEqual(sessions.receive(first), stranger);
  assert.deepEqual(sessions.receive(first), stranger);
  sessions.open(first, "amy");
  assert.deepEqual(sessions.receive(datagram("hello\n", DUPLICATE_MS)), {
    kind: "lines",
    caller: "amy",
    lines,
    gaveCode: false,
  });
  assert.equal(sessions.receive(datagram("hello\n", 0, BOB)).kind, "stranger");
});

Deno.test("UdpSessions gives the lines of a datagram once, however often it arrives", () => {
  const sessions = withSession();
  assert.equal(sessions.receive(datagram("hello", 1)).kind, "duplicate");
  assert.equal(sessions.receive(datagram("hi\n", 10)).kind, "lines");
  assert.equal(sessions.receive(datagram("hi\n", 11)).kind, "duplicate");
  assert.equal(sessions.receive(datagram("ho\n", 12)).kind, "lines");
  assert.equal(sessions.receive(datagram("hi\n", 13)).kind, "duplicate");
  assert.equal(sessions.receive(datagram("hi\n", 10 + DUPLICATE_MS)).kind, "lines");
});

Deno.test("UdpSessions finds the code among the lines, and takes it out", () => {
  const code = challenge.codeFor(AMY, 0);
  const stranger = new UdpSessions<string>(challenge).receive(datagram(`${code}\nhi\n`, 5));
  assert.deepEqual(stranger, {
    kind: "stranger",
    lines: [{ kind: "text", text: "hi" }],
    gaveCode: true,
  });
  const arrival = withSession().receive(datagram(`hi\n${code}`, 5));
  assert.deepEqual(arrival, { ...stranger, kind: "lines", caller: "amy" });
  const others = withSession().receive(datagram(challenge.codeFor(BOB, 0), 5));
  assert.equal(others.kind === "lines" && others.gaveCode, false);
});

Deno.test("UdpSessions takes a datagram for few guesses", () => {
  const guesses = ["one", "two", "three", "four", challenge.codeFor(AMY, 0)].join("\n");
  const arrival = new UdpSessions<string>(challenge).receive(datagram(guesses, 5));
  assert.equal(arrival.kind === "stranger" && arrival.gaveCode, false);
});

Deno.test("UdpSessions reminds a silent caller once, then ends the session", () => {
  const sessions = withSession();
  assert.deepEqual(sessions.tick(REMINDER_MS - 1), []);
  assert.deepEqual(sessions.tick(REMINDER_MS), [{ kind: "remind", caller: "amy" }]);
  assert.deepEqual(sessions.tick(REMINDER_MS + 1), []);
  assert.deepEqual(sessions.tick(UDP_SILENCE_MS), [{ kind: "ended", caller: "amy" }]);
  assert.equal(sessions.size, 0);
});

Deno.test("UdpSessions restarts the silence timer with each datagram", () => {
  const sessions = withSession();
  sessions.open(datagram("hello", 1, BOB), "bob");
  sessions.receive(datagram("here", REMINDER_MS));
  assert.deepEqual(sessions.tick(UDP_SILENCE_MS + 1), [{ kind: "ended", caller: "bob" }]);
  assert.deepEqual(sessions.tick(2 * REMINDER_MS), [{ kind: "remind", caller: "amy" }]);
  sessions.receive(datagram("still here", 2 * REMINDER_MS + 1));
  assert.deepEqual(sessions.tick(3 * REMINDER_MS + 1), [{ kind: "remind", caller: "amy" }]);
});

Deno.test("UdpSessions ends a session for its own caller only", () => {
  const sessions = withSession();
  sessions.end(AMY, "somebody before");
  assert.equal(sessions.size, 1);
  sessions.end(AMY, "amy");
  assert.equal(sessions.size, 0);
});
