import assert from "node:assert/strict";
import fc from "fast-check";
import type { Connection } from "../../../../core/net/connection.ts";
import { listenNode } from "../../../../core/net/node_listener.ts";
import { Outbox } from "../../../../core/net/outbox.ts";
import { type Sender, Turn } from "../../../../core/server/common/turn.ts";
import { serving } from "../serving.ts";

/** A sender that is asked once to flush. */
function sender(flush: () => void, seal = () => {}) {
  const seen = { abandoned: 0 };
  const abandon = () => void seen.abandoned++;
  const sender: Sender = { markWaiting: () => true, seal, flush, abandon };
  return { sender, seen };
}

Deno.test("Turn flushes those behind a sender that fails, and abandons that one", () => {
  const order: string[] = [];
  const turn = new Turn({
    store: () => void order.push("stored"),
    sent: () => order.push("tidied"),
  });
  const broken = sender(() => {
    throw new TypeError("Cannot send");
  });
  const whole = sender(() => order.push("sent"));
  turn.add(broken.sender);
  turn.add(whole.sender);
  assert.equal(turn.finish(), undefined, "there is nothing to wait for");
  assert.deepEqual(order, ["stored", "sent", "tidied"]);
  assert.deepEqual([broken.seen.abandoned, whole.seen.abandoned], [1, 0]);
});

Deno.test("Turn sends nothing before it is stored, and one turn after the other", async () => {
  const order: string[] = [];
  const stores: PromiseWithResolvers<void>[] = [];
  const turn = new Turn({
    store: () => {
      stores.push(Promise.withResolvers());
      return stores.at(-1)!.promise;
    },
  });
  const add = (name: string) => {
    const one = sender(() => order.push(`${name} sent`), () => order.push(`${name} sealed`));
    turn.add(one.sender);
  };
  add("first");
  const first = turn.finish();
  add("second");
  const second = turn.finish();
  await Promise.resolve();
  assert.deepEqual([order, stores.length], [["first sealed"], 1]);
  stores[0]!.resolve();
  await first;
  while (stores.length < 2) await Promise.resolve();
  assert.deepEqual(order, ["first sealed", "first sent", "second sealed"]);
  stores[1]!.resolve();
  await second;
  assert.equal(order.at(-1), "second sent");
});

Deno.test("Turn and Outbox never show what is not stored, and all of it in the end, however late stores and writes are", async () => {
  const act = fc.constantFrom("say", "end of turn", "stored", "written");
  const run = fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
    let said = 0, stored = 0, shown = 0;
    const storing: (() => void)[] = [], writing: (() => void)[] = [];
    const outbox = new Outbox({
      write(chunks, done) {
        shown += chunks.reduce((sum, chunk) => sum + chunk.length, 0);
        assert(shown <= stored, `${shown} shown, ${stored} stored`);
        writing.push(done);
      },
      end() {},
      destroy() {},
    });
    const turn = new Turn({
      store() {
        if (stored === said) return;
        const until = said;
        return new Promise((resolve) =>
          storing.push(() => {
            stored = until;
            resolve();
          })
        );
      },
    });
    const step = async (what: string) => {
      if (what === "say") {
        said++;
        outbox.offer(new Uint8Array(1));
        turn.add(outbox);
      } else if (what === "end of turn") void turn.finish();
      else (what === "stored" ? storing : writing).shift()?.();
      for (let n = 0; n < 5; n++) await Promise.resolve();
    };
    for (const what of acts) await step(what);
    while (shown < said || writing.length > 0) {
      for (const what of ["end of turn", "stored", "written"]) await step(what);
    }
    assert.equal(shown, said);
    await turn.finish();
  });
  await fc.assert(run, { numRuns: 300 });
});

Deno.test("a connection that cannot be written to is closed, and the room continues", async () => {
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
