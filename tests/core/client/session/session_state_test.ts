import assert from "node:assert/strict";
import fc from "fast-check";
import {
  FIRST_SESSION,
  isOwnNick,
  isRegistered,
  type SessionInput,
  type SessionState,
  stepSession,
} from "../../../../core/client/session/session_state.ts";
import { line } from "../support.ts";

const HUNG_UP = { kind: "closed", reason: { kind: "hung-up" } } as const;
const said = (text: string): SessionInput => ({ kind: "line", line: line(text) });
const after = (...lines: string[]): SessionState =>
  lines.map(said).reduce(stepSession, FIRST_SESSION);

Deno.test("stepSession() learns who we are", () => {
  const welcome = after(":srv 001 guest1 :Welcome");
  assert.deepEqual([welcome.at, welcome.nick, isRegistered(welcome)], [
    "registered",
    "guest1",
    true,
  ]);
  const signedIn = after(
    ":srv 001 guest1 :Welcome",
    ":srv 900 guest1 guest1!a@b amy :You are now logged in",
    ":GUEST1!a@b NICK amy",
    ":bob!a@b NICK robert",
  );
  assert.deepEqual([signedIn.nick, signedIn.account], ["amy", "amy"]);
  assert(isOwnNick(signedIn, "AMY") && !isOwnNick(signedIn, "robert"));
  const signedOut = stepSession(signedIn, said(":srv 901 amy amy!a@b :You are now logged out"));
  assert.equal(signedOut.account, undefined);
});

Deno.test("stepSession() keeps the server's tokens, and no endless list of them", () => {
  const lines = Array.from({ length: 300 }, (_, n) => `:srv 005 me T${n}=${n} :are supported`);
  const state = after(":srv 005 me CHATHISTORY=100 WHOX :are supported", ...lines);
  assert.deepEqual([state.isupport.get("CHATHISTORY"), state.isupport.get("WHOX")], ["100", ""]);
  assert.equal(state.isupport.size, 200);
});

Deno.test("stepSession() says what the server said last, else what became of the socket", () => {
  const silent = stepSession(after(":srv 001 me :hi"), HUNG_UP);
  assert(silent.at === "closed" && silent.wasRegistered);
  assert.deepEqual(silent.reason, { kind: "hung-up" });
  const told = stepSession(after("ERROR :Closing link"), HUNG_UP);
  assert(told.at === "closed" && !told.wasRegistered);
  assert.deepEqual(told.reason, { kind: "server-said", text: "Closing link" });
});

const anyInput: fc.Arbitrary<SessionInput> = fc.oneof(
  fc.constantFrom(
    ...[":srv 001 me :hi", ":me NICK you", ":srv 900 me x amy :in", ":srv 901 me x :out"],
    ...["ERROR :bye", ":srv 005 me A=1 B :are", ":bob!b@c PRIVMSG me :hi", "PING x"],
  ).map(said),
  fc.constant(HUNG_UP),
);

Deno.test("no sequence of lines leaves closed, or makes a registered session unregistered", () => {
  fc.assert(fc.property(fc.array(anyInput), (inputs) => {
    let state = FIRST_SESSION;
    for (const input of inputs) {
      const next = stepSession(state, input);
      if (state.at === "closed") assert.equal(next, state);
      if (isRegistered(state)) assert(isRegistered(next));
      if (next.at === "registering") assert.equal(next.nick, FIRST_SESSION.nick);
      state = next;
    }
  }));
});
