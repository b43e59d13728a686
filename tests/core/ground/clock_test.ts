import assert from "node:assert/strict";
import * as fc from "fast-check";
import { wakingClock, wallClock } from "../../../core/ground/clock.ts";

const steps = fc.array(fc.integer({ min: 0, max: 100_000_000 }));

Deno.test("wakingClock() counts short steps in full and long ones as five seconds", () => {
  fc.assert(fc.property(steps, (waits) => {
    let time = 7;
    const clock = wakingClock(() => time);
    let expected = 0;
    for (const wait of waits) {
      time += wait;
      expected += Math.min(wait, 5_000);
      assert.equal(clock(), expected);
    }
  }));
});

Deno.test("wallClock() follows the system's clock ahead, and back where it was set back", () => {
  const day = 86_400_000;
  let time = 100 * day;
  const clock = wallClock(() => time);
  for (const next of [101 * day, 10 * day, 10 * day + 1, 500 * day]) {
    time = next;
    assert.equal(clock(), next);
  }
});

Deno.test("wallClock() stands still while a small step back is caught up", () => {
  let time = 1_000_000;
  const clock = wallClock(() => time);
  const seen = [1_000_000, 999_000, 995_100, 999_999, 1_000_001].map((next) => {
    time = next;
    return clock();
  });
  assert.deepEqual(seen, [1_000_000, 1_000_000, 1_000_000, 1_000_000, 1_000_001]);
});
