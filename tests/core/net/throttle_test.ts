import assert from "node:assert/strict";
import fc from "fast-check";
import type { Attempt, Throttle, TokenBucketOptions } from "../../../core/net/throttle.ts";
import { makeThrottle, NO_LIMITS } from "../../../core/net/throttle.ts";

const HERE = "192.0.2.7";

/** Time that passes when told, for all that asks `Date.now()`. */
function fakeTime(): { readonly pass: (ms: number) => void } & Disposable {
  const { now } = Date;
  let time = 1_000_000;
  Date.now = () => time;
  return {
    pass: (ms) => time += ms,
    [Symbol.dispose]: () => Date.now = now,
  };
}

/** How many attempts are allowed before the first that is not, and how long that one has to wait. */
async function exhaust(throttle: Throttle, attempt: (n: number) => Attempt, most = 1_000) {
  for (let n = 0; n < most; n++) {
    const take = await throttle.take(attempt(n));
    if (take.state === "limited") return { allowed: n, retryMs: take.retryMs };
  }
  return { allowed: most, retryMs: 0 };
}

Deno.test("take() allows a burst of connections, and more when it is over", async () => {
  using time = fakeTime();
  using throttle = makeThrottle();
  const attempt = () => ({ to: "connect", address: HERE }) as const;
  assert.deepEqual(await exhaust(throttle, attempt), { allowed: 60, retryMs: 1_000 });
  time.pass(400);
  assert.deepEqual(await exhaust(throttle, attempt), { allowed: 0, retryMs: 600 });
  time.pass(600);
  assert.equal((await exhaust(throttle, attempt)).allowed, 60);
});

Deno.test("take() lets nobody wait longer than a window, also when the clock was set back", async () => {
  using time = fakeTime();
  using throttle = makeThrottle();
  const attempt = () => ({ to: "connect", address: HERE }) as const;
  await exhaust(throttle, attempt);
  time.pass(-259_200_000);
  assert.deepEqual(await exhaust(throttle, attempt), { allowed: 0, retryMs: 1_000 });
});

Deno.test("take() slows down who goes on all the time, by the longer window", async () => {
  using time = fakeTime();
  using throttle = makeThrottle();
  let allowed = 0;
  for (let second = 0; second < 30; second++) {
    allowed += (await exhaust(throttle, () => ({ to: "connect", address: HERE }))).allowed;
    time.pass(1_000);
  }
  assert.equal(allowed, 600);
  time.pass(31_000);
  assert.equal((await throttle.take({ to: "connect", address: HERE })).state, "ok");
});

Deno.test("a group of twenty behind one address can register and sign in within a minute", async () => {
  using _time = fakeTime();
  using throttle = makeThrottle();
  for (let n = 0; n < 20; n++) {
    const signIn: Attempt = { to: "sign-in", address: HERE, account: `user${n}` };
    assert.equal((await throttle.take({ to: "connect", address: HERE })).state, "ok");
    assert.equal((await throttle.take({ to: "register", address: HERE })).state, "ok");
    assert.equal((await throttle.take(signIn)).state, "ok", "mistyped");
    assert.equal((await throttle.take(signIn)).state, "ok");
    await throttle.giveBack(signIn);
  }
});

Deno.test("registrations from one address are limited in a minute, and more so in an hour", async () => {
  using time = fakeTime();
  using throttle = makeThrottle();
  const attempt = () => ({ to: "register", address: HERE }) as const;
  assert.equal((await exhaust(throttle, attempt)).allowed, 30);
  time.pass(60_000);
  assert.equal((await exhaust(throttle, attempt)).allowed, 30);
  time.pass(60_000);
  assert.deepEqual(await exhaust(throttle, attempt), { allowed: 0, retryMs: 58 * 60_000 });
});

Deno.test("wrong passwords from one address are limited, whatever the account", async () => {
  using _time = fakeTime();
  using throttle = makeThrottle();
  const attempt = (n: number) => ({ to: "sign-in", address: HERE, account: `user${n}` }) as const;
  assert.equal((await exhaust(throttle, attempt)).allowed, 60);
  assert.equal((await throttle.take({ ...attempt(1), address: "192.0.2.8" })).state, "ok");
});

Deno.test("right passwords are given back, so they are never too many", async () => {
  using _time = fakeTime();
  using throttle = makeThrottle();
  const attempt: Attempt = { to: "sign-in", address: HERE, account: "amy" };
  for (let n = 0; n < 300; n++) {
    assert.equal((await throttle.take(attempt)).state, "ok");
    await throttle.giveBack(attempt);
  }
});

Deno.test("tries that are under way count, so a thousand at once are no way around", async () => {
  using _time = fakeTime();
  using throttle = makeThrottle();
  const attempt: Attempt = { to: "sign-in", address: HERE, account: "amy" };
  const takes = await Promise.all(Array.from({ length: 1_000 }, () => throttle.take(attempt)));
  assert.equal(takes.filter(({ state }) => state === "ok").length, 10);
});

Deno.test("strangers' wrong passwords keep nobody from signing in elsewhere", async () => {
  using _time = fakeTime();
  using throttle = makeThrottle();
  const stranger = { to: "sign-in", address: "203.0.113.9", account: "amy" } as const;
  assert.equal((await exhaust(throttle, () => stranger)).allowed, 10);
  const owner = { to: "sign-in", address: HERE, account: "Amy" } as const;
  assert.equal((await throttle.take(owner)).state, "ok");
});

Deno.test("passwords tried from unconfirmed addresses count for no account and no address", async () => {
  using _time = fakeTime();
  using throttle = makeThrottle();
  const forged = { to: "sign-in", address: HERE, account: "amy", isUnconfirmed: true } as const;
  assert.equal((await exhaust(throttle, () => forged)).allowed, 20);
  assert.equal((await throttle.take({ ...forged, account: "bob" })).state, "limited");
  assert.equal((await throttle.take({ ...forged, isUnconfirmed: false })).state, "ok");
});

Deno.test("giveBack() of what was not taken gives nothing", async () => {
  using _time = fakeTime();
  using throttle = makeThrottle();
  const attempt: Attempt = { to: "sign-in", address: HERE, account: "amy" };
  for (let n = 0; n < 50; n++) await throttle.giveBack(attempt);
  assert.equal((await exhaust(throttle, () => attempt)).allowed, 10);
  await throttle.giveBack({ to: "connect", address: HERE });
  await throttle.giveBack({ to: "register", address: HERE });
});

Deno.test("addresses of one IPv6 /64 count as one, a mapped IPv4 address as itself", async () => {
  using _time = fakeTime();
  using throttle = makeThrottle();
  const site = (n: number) => ({ to: "register", address: `2001:db8:0:7::${n}` }) as const;
  assert.equal((await exhaust(throttle, site)).allowed, 30);
  assert.equal((await throttle.take({ to: "register", address: "2001:db8:0:8::1" })).state, "ok");
  const mapped = (n: number) =>
    ({ to: "register", address: n % 2 ? HERE : `::ffff:${HERE}` }) as const;
  assert.equal((await exhaust(throttle, mapped)).allowed, 30);
});

Deno.test("a flood of addresses and names is forgotten, oldest first", async () => {
  using _time = fakeTime();
  using throttle = makeThrottle({ maxKeys: 100 });
  await exhaust(throttle, () => ({ to: "register", address: HERE }));
  for (let n = 0; n < 99; n++) await throttle.take({ to: "register", address: `198.51.100.${n}` });
  assert.equal((await throttle.take({ to: "register", address: HERE })).state, "limited");
  for (let n = 0; n < 1_000; n++) {
    const address = `10.0.${n >> 8}.${n & 255}`;
    await throttle.take({ to: "register", address });
    await throttle.take({ to: "sign-in", address, account: `${n}`.repeat(500) });
  }
  assert.equal((await throttle.take({ to: "register", address: HERE })).state, "ok");
});

Deno.test("messageBucket() allows a burst, then so many a second", () => {
  using throttle = makeThrottle({ messages: { burst: 20, perSecond: 5 } });
  const bucket = throttle.messageBucket();
  const burst = Array.from({ length: 21 }, () => bucket.take(5_000));
  assert.equal(burst.filter(({ state }) => state === "ok").length, 20);
  assert.deepEqual(burst.at(-1), { state: "limited", retryMs: 200 });
  assert.equal(bucket.take(5_199).state, "limited");
  assert.equal(bucket.take(5_200).state, "ok");
  assert.equal(throttle.messageBucket().take(5_000, 20).state, "ok", "each connection has its own");
});

/** Where tokens counted in fractions come to a hair less than two after the wait. */
const ROUNDED: { options: TokenBucketOptions; steps: [number, number][] } = {
  options: { burst: 5, perSecond: 3 },
  steps: [[0, 2], [0, 2], [0, 1], [0, 2], [45, 1]],
};

Deno.test("no message bucket allows more than burst and rate together, whatever the clock does", () => {
  const ms = fc.oneof(
    fc.integer({ min: -50, max: 500 }),
    fc.double({ min: -50, max: 500, noNaN: true }),
  );
  const steps = fc.array(fc.tuple(ms, fc.integer({ min: 1, max: 3 })), { maxLength: 200 });
  const options = fc.record({
    burst: fc.integer({ min: 1, max: 20 }),
    perSecond: fc.integer({ min: 1, max: 50 }),
  });
  const property = fc.property(options, steps, (messages, steps) => {
    using throttle = makeThrottle({ messages });
    const bucket = throttle.messageBucket();
    let now = 0;
    let latest = 0;
    let taken = 0;
    for (const [ms, tokens] of steps) {
      now += ms;
      latest = Math.max(latest, now);
      const take = bucket.take(now, tokens);
      if (take.state === "ok") taken += tokens;
      else if (tokens <= messages.burst) {
        assert(take.retryMs > 0);
        const later = Math.max(now, latest) + take.retryMs;
        assert.equal(bucket.take(later, tokens).state, "ok", "after the wait it is allowed");
        taken += tokens;
        now = latest = later;
      }
    }
    assert(taken <= messages.burst + latest * messages.perSecond / 1_000 + 50 + 1e-6);
  });
  fc.assert(property, { numRuns: 1_000, examples: [[ROUNDED.options, ROUNDED.steps]] });
});

Deno.test("after the wait for bytes that were spent, nothing is owed", () => {
  const steps = fc.array(
    fc.tuple(fc.double({ min: 0, max: 500, noNaN: true }), fc.integer({ min: 1, max: 70_000 })),
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 65_536 }), steps, (perSecond, steps) => {
      using throttle = makeThrottle({ bytes: { burst: 1_000, perSecond } });
      const budget = throttle.byteBudget();
      let now = 0;
      for (const [ms, bytes] of steps) {
        now += ms;
        now += budget.spend(now, bytes);
        assert.equal(budget.spend(now, 0), 0);
      }
    }),
    { numRuns: 1_000 },
  );
});

Deno.test("NO_LIMITS allows everything", async () => {
  using throttle = NO_LIMITS;
  const bucket = throttle.messageBucket();
  for (let n = 0; n < 2_000; n++) {
    assert.equal((await throttle.take({ to: "connect", address: HERE })).state, "ok");
    assert.equal(bucket.take(0).state, "ok");
  }
  await throttle.giveBack({ to: "sign-in", address: HERE, account: "amy" });
});

Deno.test("a disposed throttle has forgotten everything, and may be disposed again", async () => {
  const throttle = makeThrottle();
  await exhaust(throttle, () => ({ to: "register", address: HERE }));
  throttle[Symbol.dispose]();
  throttle[Symbol.dispose]();
});
