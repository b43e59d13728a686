import assert from "node:assert/strict";
import * as fc from "fast-check";
import { TrustedTime } from "../../../../core/server/keep/trusted_time.ts";

const DAY_MS = 86_400_000;

Deno.test("TrustedTime is the clock's as long as that runs evenly", () => {
  const time = new TrustedTime(1_000, 0);
  for (let ms = 0; ms < 100_000; ms += 1_000) assert.equal(time.at(1_000 + ms, ms), 1_000 + ms);
});

Deno.test("TrustedTime follows a jump ahead at ten times the speed of time", () => {
  const time = new TrustedTime(0, 0);
  assert.equal(time.at(9 * DAY_MS, 0), 0);
  assert.equal(time.at(9 * DAY_MS + 60_000, 60_000), 600_000);
  assert.equal(time.at(10 * DAY_MS, DAY_MS), 10 * DAY_MS, "caught up after a day");
});

Deno.test("TrustedTime goes back with the clock, and hardly has to catch up again after a while", () => {
  const time = new TrustedTime(10 * DAY_MS, 0);
  assert.equal(time.at(0, 1_000), 0);
  assert.equal(time.believed, 10 * DAY_MS - 10_000);
  assert.equal(time.at(10 * DAY_MS + 2_000, 2_000), 10 * DAY_MS);
  assert.equal(time.at(10 * DAY_MS + 3_000, 3_000), 10 * DAY_MS + 3_000);
});

Deno.test("TrustedTime is never ahead of the clock, and never moves further than ten times what has passed", () => {
  const looks = fc.array(fc.record({ wall: fc.nat(), wait: fc.nat(100_000) }));
  fc.assert(fc.property(fc.nat(), looks, (noted, looks) => {
    const time = new TrustedTime(noted, 0);
    let steady = 0;
    for (const { wall, wait } of looks) {
      steady += wait;
      const before = time.believed;
      const at = time.at(wall, steady);
      assert(at <= wall && Math.abs(time.believed - before) <= 10 * wait);
    }
  }));
});
