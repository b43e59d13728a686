import assert from "node:assert/strict";
import { MAX_WAITING, SayQueue } from "../../../core/client/say_queue.ts";
import { ClientError } from "../../../core/client/mod.ts";

const waiting = (text: string, unconfirmed = false) => ({ room: "#Room", text, unconfirmed });

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
      queue.ready("#room", ["twice", "something else"]);
      assert.deepEqual(await Promise.all(turns), ["heard", "say", "say"]);
    },
  );

  await t.step("does not guess where there is no history", async () => {
    const queue = new SayQueue();
    const unsure = queue.wait(waiting("sent?", true));
    const fresh = queue.wait(waiting("new"));
    queue.ready("#room", undefined);
    await assert.rejects(unsure, { fault: "disconnected" });
    assert.equal(await fresh, "say");
  });

  await t.step("takes no more than fit, and says which line it did not take", async () => {
    const queue = new SayQueue();
    const turns = Array.from({ length: MAX_WAITING }, (_, at) => queue.wait(waiting(`${at}`)));
    await assert.rejects(queue.wait(waiting("one more")), /"one more" is not sent/);
    queue.end(new ClientError("disconnected", "over"));
    for (const turn of turns) await assert.rejects(turn, { message: "over" });
  });
});
