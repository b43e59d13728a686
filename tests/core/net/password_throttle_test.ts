import assert from "node:assert/strict";
import fc from "fast-check";
import {
  ATTACK_TRIES,
  FREE_TRIES,
  MAX_WAIT_MS,
  MAX_WAIT_UNDER_ATTACK_MS,
  PasswordThrottle,
} from "../../../core/net/password_throttle.ts";

const HOUR_MS = 3_600_000;

/** How many tries one address gets in so long, when it never waits longer than it must. */
function triesWithin(ms: number, { address = "a", attacked = false } = {}): number {
  let now = 0;
  const throttle = new PasswordThrottle({ maxKeys: 1_000, steadyNow: () => now });
  let tries = 0;
  while (now < ms) {
    for (let n = 0; attacked && n < ATTACK_TRIES; n++) throttle.take("amy", `other${n}@${now}`);
    const take = throttle.take("amy", address);
    if (take.state === "ok") tries++;
    else now += Math.max(1, take.retryMs);
  }
  return tries;
}

Deno.test("an address is slowed down by its own wrong passwords, never locked out", () => {
  let now = 0;
  const throttle = new PasswordThrottle({ maxKeys: 100, steadyNow: () => now });
  const waits: number[] = [];
  for (let n = 0; n < FREE_TRIES + 12; n++) {
    const take = throttle.take("amy", "a");
    if (take.state === "ok") continue;
    waits.push(take.retryMs);
    now += take.retryMs;
    assert.equal(throttle.take("amy", "a").state, "ok");
  }
  assert.deepEqual(waits.slice(0, 4), [1_000, 2_000, 4_000, 8_000]);
  assert.equal(Math.max(...waits), MAX_WAIT_MS);
});

Deno.test("after the wait a password may be tried, whatever the clock reads", () => {
  const pauses = fc.array(fc.double({ min: 0, max: HOUR_MS, noNaN: true }), { maxLength: 60 });
  fc.assert(fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), pauses, (start, pauses) => {
    let now = start;
    const throttle = new PasswordThrottle({ maxKeys: 100, steadyNow: () => now });
    for (const pause of pauses) {
      now += pause / 100;
      const take = throttle.take("amy", "a");
      if (take.state === "ok") continue;
      now += take.retryMs;
      assert.equal(throttle.take("amy", "a").state, "ok");
    }
  }));
});

Deno.test("how many guesses an address gets has a bound, and a lower one where many guess", () => {
  assert(triesWithin(24 * HOUR_MS) <= 320, `${triesWithin(24 * HOUR_MS)} a day`);
  const attacked = triesWithin(24 * HOUR_MS, { attacked: true });
  assert(attacked <= 160, `${attacked} a day from each of many`);
});

Deno.test("who has tried no wrong password is never kept waiting, however many others have", () => {
  const attempts = fc.array(fc.tuple(fc.nat(50), fc.nat(MAX_WAIT_UNDER_ATTACK_MS)), {
    maxLength: 300,
  });
  fc.assert(fc.property(attempts, (all) => {
    let now = 0;
    const throttle = new PasswordThrottle({ maxKeys: 1_000, steadyNow: () => now });
    for (const [address, pause] of all) {
      throttle.take("amy", `stranger${address}`);
      now += pause;
    }
    assert.equal(throttle.take("amy", "owner").state, "ok");
    throttle.succeeded("amy", "owner");
    assert.equal(throttle.take("amy", "owner").state, "ok");
  }));
});

Deno.test("a right password forgets the address's wrong ones", () => {
  const throttle = new PasswordThrottle({ maxKeys: 100, steadyNow: () => 0 });
  for (let round = 0; round < 2; round++) {
    for (let n = 0; n < FREE_TRIES; n++) assert.equal(throttle.take("amy", "a").state, "ok");
    throttle.succeeded("amy", "a");
  }
});

Deno.test("a flood of names and addresses is forgotten, least lately used first", () => {
  const throttle = new PasswordThrottle({ maxKeys: 10, steadyNow: () => 0 });
  for (let n = 0; n < FREE_TRIES; n++) throttle.take("amy", "a");
  assert.equal(throttle.take("amy", "a").state, "limited");
  for (let n = 0; n < 10; n++) throttle.take(`name${n}`, "b");
  assert.equal(throttle.take("amy", "a").state, "ok");
});
