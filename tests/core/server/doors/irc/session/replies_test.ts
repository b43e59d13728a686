import assert from "node:assert/strict";
import * as fc from "fast-check";
import { CAP, type CapSet } from "../../../../../../core/irc/caps.ts";
import { MAX_BODY_BYTES, parseMessage } from "../../../../../../core/irc/message.ts";
import type { LineConnection } from "../../../../../../core/net/line_connection.ts";
import { Output } from "../../../../../../core/server/doors/irc/session/output.ts";
import { Replies } from "../../../../../../core/server/doors/irc/session/replies.ts";

/** Replies to a client with these capabilities, and what was sent. */
function replies(caps: CapSet = 0) {
  const sent: string[] = [];
  const connection: LineConnection = {
    ...{ address: "192.0.2.1", encrypted: true, pendingBytes: 0, writes: 0 },
    offerText: (lines) => sent.push(lines) > 0,
    offer: () => true,
    drained: () => Promise.resolve(),
    crowded: () => {},
    end: () => {},
  };
  const output = new Output(connection, { server: "irc.test", tooSlow: () => {} });
  const has = (wanted: CapSet) => (caps & wanted) === wanted;
  const client = { nick: "amy", view: { has } };
  return { reply: new Replies("irc.test", client, output), sent };
}

Deno.test("numeric() puts the nick first, and makes words of all parameters but the last one", () => {
  const { reply, sent } = replies();
  reply.numeric("401", "two words", "No such nick");
  reply.numeric("353", "=", "", "amy bob");
  assert.deepEqual(sent, [
    ":irc.test 401 amy twowords :No such nick\r\n",
    ":irc.test 353 amy = * :amy bob\r\n",
  ]);
});

Deno.test("send() has the server as its source unless another one is given", () => {
  const { reply, sent } = replies();
  reply.send("PONG", ["irc.test", "x"]);
  reply.send("NICK", ["bob"], "amy!a@chat");
  assert.deepEqual(sent, [":irc.test PONG irc.test x\r\n", ":amy!a@chat NICK bob\r\n"]);
});

Deno.test("standard replies are notices to clients that did not ask for them, except for some commands", () => {
  const plain = replies(), standard = replies(CAP.STANDARD_REPLIES);
  for (const { reply } of [plain, standard]) {
    reply.fail("NS", "UNKNOWN_COMMAND", [], "Try HELP");
    reply.note("NS", "LOGGED_OUT", ["amy"], "You are signed out");
    reply.fail("REGISTER", "WEAK_PASSWORD", ["amy"], "Too short");
  }
  const register = ":irc.test FAIL REGISTER WEAK_PASSWORD amy :Too short\r\n";
  assert.deepEqual(plain.sent, [
    ":irc.test NOTICE amy :Try HELP\r\n",
    ":irc.test NOTICE amy :You are signed out\r\n",
    register,
  ]);
  assert.deepEqual(standard.sent, [
    ":irc.test FAIL NS UNKNOWN_COMMAND :Try HELP\r\n",
    ":irc.test NOTE NS LOGGED_OUT amy :You are signed out\r\n",
    register,
  ]);
});

Deno.test("whatever the parameters, a numeric is one line that is not too long and can be read back", () => {
  const text = fc.string({ unit: "binary", maxLength: 700 }).map((text) =>
    text.replaceAll(/[\r\n\0]/g, "")
  );
  fc.assert(fc.property(text, text, (word, last) => {
    const { reply, sent } = replies();
    reply.numeric("401", word, last);
    const line = sent.join("").replace(/\r\n$/, "");
    assert(new TextEncoder().encode(line).length <= MAX_BODY_BYTES - 2);
    const message = parseMessage(line);
    assert.equal(message?.command, "401");
    assert.equal(message?.params[0], "amy");
  }));
});
