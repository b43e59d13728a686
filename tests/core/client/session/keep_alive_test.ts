import assert from "node:assert/strict";
import {
  DEAD_AFTER_MS,
  KeepAlive,
  PING_AFTER_MS,
} from "../../../../core/client/session/keep_alive.ts";
import { FakeClock } from "../../peer/fake_clock.ts";

Deno.test("KeepAlive", async (t) => {
  await t.step("asks after silence, and gives up after more of it", async () => {
    const clock = new FakeClock();
    let pings = 0;
    const dead = new KeepAlive({ clock, ping: () => pings++ }).watch(new AbortController().signal);
    await clock.sleeping(PING_AFTER_MS);
    assert.equal(pings, 0);
    clock.advance(PING_AFTER_MS);
    await clock.sleeping(PING_AFTER_MS);
    assert.equal(pings, 1);
    clock.advance(PING_AFTER_MS);
    await clock.sleeping(DEAD_AFTER_MS - 2 * PING_AFTER_MS);
    assert.equal(pings, 2);
    clock.advance(DEAD_AFTER_MS - 2 * PING_AFTER_MS);
    await dead;
  });

  await t.step("asks first when the program was stopped for a while", async () => {
    const clock = new FakeClock();
    let pings = 0;
    const dead = new KeepAlive({ clock, ping: () => pings++ }).watch(new AbortController().signal);
    await clock.sleeping(PING_AFTER_MS);
    clock.advance(3_600_000);
    await clock.sleeping(PING_AFTER_MS);
    assert.equal(pings, 1);
    clock.advance(PING_AFTER_MS);
    await clock.sleeping(DEAD_AFTER_MS - 2 * PING_AFTER_MS);
    clock.advance(DEAD_AFTER_MS - 2 * PING_AFTER_MS);
    await dead;
  });

  await t.step("is content with any sign of life", async () => {
    const clock = new FakeClock();
    const stop = new AbortController();
    let pings = 0;
    const keepAlive = new KeepAlive({ clock, ping: () => pings++ });
    const watching = keepAlive.watch(stop.signal);
    await clock.sleeping(PING_AFTER_MS);
    for (let round = 0, restMs = PING_AFTER_MS; round < 10; round++) {
      clock.advance(restMs - 1);
      keepAlive.heard();
      clock.advance(1);
      restMs = PING_AFTER_MS - 1;
      await clock.sleeping(restMs);
    }
    assert.equal(pings, 0);
    stop.abort(new Error("enough"));
    await assert.rejects(watching, { message: "enough" });
  });
});
