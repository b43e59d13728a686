import assert from "node:assert/strict";
import { IrcSession } from "../../../core/server/irc/session.ts";
import { type Sender, Turn } from "../../../core/server/turn.ts";
import { serving } from "./serving.ts";

/** A sender that is asked once to flush. */
function sender(flush: () => void) {
  const seen = { abandoned: 0 };
  const sender: Sender = { markWaiting: () => true, flush, abandon: () => void seen.abandoned++ };
  return { sender, seen };
}

Deno.test("Turn flushes those behind a sender that fails, and abandons that one", () => {
  const order: string[] = [];
  const turn = new Turn(() => order.push("stored"), () => order.push("tidied"));
  const broken = sender(() => {
    throw new TypeError("Cannot send");
  });
  const whole = sender(() => order.push("sent"));
  turn.add(broken.sender);
  turn.add(whole.sender);
  turn.finish();
  assert.deepEqual(order, ["stored", "sent", "tidied"]);
  assert.deepEqual([broken.seen.abandoned, whole.seen.abandoned], [1, 0]);
});

Deno.test("a connection that cannot be written to is closed, and the room goes on", async () => {
  await using chat = await serving();
  const broken = await chat.enter("broken");
  const amy = await chat.enter("amy");
  const bob = await chat.enter("bob");
  for (const client of [broken, amy, bob]) {
    client.say("JOIN #tea");
    await client.expect(/ 366 /);
  }
  await broken.sync();
  for (const visitor of chat.server.context.directory.visitors) {
    if (!(visitor instanceof IrcSession) || visitor.nick !== "broken") continue;
    visitor.connection.write = () => {
      throw new TypeError("Cannot write");
    };
  }
  amy.say("PRIVMSG #tea :hello");
  await bob.expect(/PRIVMSG #tea :hello$/);
  await bob.expect(/^:broken!\S+ QUIT /);
  await broken.untilClosed();
  await chat.until(() => chat.server.context.slots.used === 2);
});
