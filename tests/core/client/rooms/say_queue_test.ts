import assert from "node:assert/strict";
import { ClientError } from "../../../../core/client/mod.ts";
import { MAX_WAITING, SayQueue } from "../../../../core/client/rooms/say_queue.ts";

const waiting = (text: string, unconfirmed = false) => (
  { room: "#Room", texts: [text], action: false, unconfirmed }
);
const heard = (text: string, action = false) => ({ text, action });

Deno.test("SayQueue", async (t) => {
  await t.step("lets the lines of a room go in order when it is ready", async () => {
    const queue = new SayQueue();
    const order: string[] = [];
    const turns = ["a", "b", "c"].map((text) =>
      queue.wait(waiting(text)).then(() => order.push(text))
    );
    queue.ready("#other", []);
    assert.equal(queue.size, 3);
    queue.ready("#room", []);
    await Promise.all(turns);
    assert.deepEqual(order, ["a", "b", "c"]);
  });

  await t.step(
    "says once more only what the history has not shown, as often as it was said",
    async () => {
      const queue = new SayQueue();
      const turns = [
        queue.wait(waiting("twice", true)),
        queue.wait(waiting("twice", true)),
        queue.wait(waiting("twice")),
      ];
      queue.ready("#room", [heard("twice"), heard("something else")]);
      assert.deepEqual(await Promise.all(turns), [[], ["twice"], ["twice"]]);
    },
  );

  await t.step("tells what one does from what one says, and part from part", async () => {
    const queue = new SayQueue();
    const said = queue.wait(waiting("waves", true));
    const parts = { room: "#room", texts: ["one", "two"], action: true, unconfirmed: true };
    const done = queue.wait(parts);
    queue.ready("#room", [heard("waves", true), heard("two", true), heard("one")]);
    assert.deepEqual(await said, ["waves"]);
    assert.deepEqual(await done, ["one"]);
  });

  await t.step("does not guess where there is no history", async () => {
    const queue = new SayQueue();
    const unsure = queue.wait(waiting("sent?", true));
    const fresh = queue.wait(waiting("new"));
    queue.ready("#room", undefined);
    await assert.rejects(unsure, { fault: "disconnected" });
    assert.deepEqual(await fresh, ["new"]);
  });

  await t.step("takes no more than fit, and says which line it did not take", async () => {
    const queue = new SayQueue();
    const turns = Array.from({ length: MAX_WAITING }, (_, at) => queue.wait(waiting(`${at}`)));
    await assert.rejects(queue.wait(waiting("one more")), {
      problem: { kind: "queue-full", waiting: MAX_WAITING, text: "one more" },
    });
    queue.end(new ClientError({ kind: "not-connected" }));
    for (const turn of turns) await assert.rejects(turn, { fault: "disconnected" });
  });
});
