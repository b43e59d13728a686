import assert from "node:assert/strict";
import type { Connection } from "../../../core/net/connection.ts";
import { listenNode } from "../../../core/net/node_listener.ts";
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
  const opened: Connection[] = [];
  await using chat = await serving({
    listen: (options) =>
      listenNode({
        ...options,
        admit(address, cut) {
          const admission = options.admit(address, cut);
          return admission && {
            ...admission,
            opened(connection) {
              opened.push(connection);
              admission.opened(connection);
            },
          };
        },
      }),
  });
  const broken = await chat.enter("broken");
  const amy = await chat.enter("amy");
  const bob = await chat.enter("bob");
  for (const client of [broken, amy, bob]) {
    client.say("JOIN #tea");
    await client.expect(/ 366 /);
  }
  await broken.sync();
  opened[0]!.write = () => {
    throw new TypeError("Cannot write");
  };
  amy.say("PRIVMSG #tea :hello");
  await bob.expect(/PRIVMSG #tea :hello$/);
  await bob.expect(/^:broken!\S+ QUIT /);
  await broken.untilClosed();
  await chat.until(() => chat.server.context.slots.used === 2);
});
