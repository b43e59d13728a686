import assert from "node:assert/strict";
import fc from "fast-check";
import {
  isAwaitingPassword,
  newPtchatLife,
  type PtchatInput,
  type PtchatLife,
  roomNameOf,
  stepPtchatLife,
} from "../../../core/ptchat/session_life.ts";

const deadlines = { registrationMs: 60, signInMs: 600 };
const line = (text: string): PtchatInput => ({
  kind: "line",
  line: { kind: "text", text },
  rules: { guests: true },
});
const tick = (nowMs: number, waitsForServer = false): PtchatInput => ({
  kind: "tick",
  nowMs,
  waitsForServer,
  deadlines,
});
const heard = (nowMs: number, isUnterminated = false): PtchatInput => ({
  kind: "heard",
  isUnterminated,
  nowMs,
});
const AMY: PtchatInput = { kind: "entered", name: "amy", guest: false, room: "#lobby" };

const after = (...inputs: readonly PtchatInput[]): PtchatLife =>
  inputs.reduce((life, input) => stepPtchatLife(life, input).life, newPtchatLife(0));

const input: fc.Arbitrary<PtchatInput> = fc.oneof(
  fc.record({ kind: fc.constant("heard" as const), isUnterminated: fc.boolean(), nowMs: fc.nat() }),
  fc.constantFrom("hi", "~:lu:", "~:login amy:", "~:login amy x:", "~:q!:", "~:logn x:").map(line),
  fc.constantFrom<PtchatInput>(
    AMY,
    { kind: "renamed", name: "amelie" },
    { kind: "moved", room: "#tea" },
    { kind: "checked", nowMs: 9 },
    { kind: "dismiss" },
    { kind: "close", reason: "enough" },
  ),
  fc.tuple(fc.nat(2_000), fc.boolean()).map(([nowMs, waits]) => tick(nowMs, waits)),
);

Deno.test("no sequence of inputs leaves closed, and the end is asked for once", () => {
  fc.assert(fc.property(fc.array(input), (inputs) => {
    let life = newPtchatLife(0);
    let ends = 0;
    for (const each of inputs) {
      const before = life;
      const step = stepPtchatLife(life, each);
      life = step.life;
      if (before.at === "closed") {
        assert.deepEqual(step, { life: { at: "closed" }, act: { act: "nothing" } });
      }
      const isEnd = step.act.act === "close" || step.act.act === "forget";
      if (isEnd) ends++;
      assert.equal(life.at === "closed", ends === 1);
      assert(ends <= 1);
    }
  }));
});

Deno.test("a session is in no room before it has entered, and renaming changes nothing else", () => {
  fc.assert(fc.property(fc.array(input), (inputs) => {
    const strangers = inputs.filter(({ kind }) => kind !== "entered");
    assert.equal(roomNameOf(after(...strangers)), undefined);
  }));
  const amy = after(AMY);
  assert.deepEqual(stepPtchatLife(amy, { kind: "renamed", name: "amelie" }).life, {
    ...amy,
    user: { at: "in", name: "amelie", guest: false, room: "#lobby" },
  });
  assert.equal(roomNameOf(after(AMY, { kind: "moved", room: "#tea" })), "#tea");
});

Deno.test("a stranger has to go after a silence, and after a time however lively", () => {
  assert.equal(after(tick(60)).at, "open");
  assert.deepEqual(stepPtchatLife(newPtchatLife(0), tick(61)).act, {
    act: "close",
    reason: "Sign-in timed out",
  });
  const lively = Array.from({ length: 20 }, (_, n) => heard(n * 30));
  assert.equal(after(...lively, tick(600)).at, "open");
  assert.equal(after(...lively, heard(600), tick(601)).at, "closed");
});

Deno.test("a session that has entered, or waits for the server, is not closed", () => {
  assert.equal(after(AMY, tick(1_000_000)).at, "open");
  assert.equal(after(tick(1_000_000, true)).at, "open");
  assert.equal(after({ kind: "checked", nowMs: 100 }, tick(160)).at, "open");
});

Deno.test("one line without an end makes a session terse, for good", () => {
  const life = after(heard(1), heard(2, true), heard(3));
  assert(life.at === "open" && life.isTerse);
});

Deno.test("a password that is asked for is awaited, and given back to be remembered", () => {
  const asked = after(line("~:login amy:"));
  assert(isAwaitingPassword(asked));
  const given = stepPtchatLife(asked, line("sesame"));
  assert.deepEqual(given.act, { act: "login", name: "amy", password: "sesame" });
  assert.equal(given.secret, "sesame");
  assert(!isAwaitingPassword(given.life));
});
